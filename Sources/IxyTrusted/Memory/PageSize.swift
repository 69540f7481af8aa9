/// The pages that DMA memory can be made of.
package enum PageSize: Int, Sendable, CaseIterable {
    /// 4 KiB: for devices behind an IOMMU, for models and for vhost-user, which all see one contiguous range.
    case small = 4096
    /// 2 MiB huge pages.
    case huge2MiB = 0x20_0000
    /// 1 GiB huge pages.
    case huge1GiB = 0x4000_0000

    /// `memfd_create` flags: log2 of the page size stands in the bits from 26 (`MFD_HUGE_SHIFT`).
    var memfdFlags: CUnsignedInt {
        let hugeTLB: CUnsignedInt = 4
        return self == .small ? 0 : hugeTLB | CUnsignedInt(rawValue.trailingZeroBitCount) << 26
    }
}
