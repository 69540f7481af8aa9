import Ixy

/// The device configuration, as the driver sees it. (VirtIO 1.2 §5.1.4)
struct DeviceConfiguration {
    /// A field, and the feature without which it does not exist.
    private struct Field {
        let name: String
        let range: Range<Int>
        let feature: VirtIO.Features?
    }

    private static let fields = [
        Field(name: "mac", range: 0..<6, feature: nil),
        Field(name: "status", range: 6..<8, feature: .status),
        Field(name: "max_virtqueue_pairs", range: 8..<10, feature: .multiqueue),
        Field(name: "mtu", range: 10..<12, feature: .mtu),
    ]
    /// Bytes of all fields.
    static let size = 12

    var macAddress: MACAddress
    var isLinkUp = true
    var queuePairs: Int
    var mtu: Int

    /// All fields.
    var bytes: [UInt8] {
        let mac = macAddress.bytes
        func word(_ value: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
        return [mac.0, mac.1, mac.2, mac.3, mac.4, mac.5] + word(isLinkUp ? 1 : 0) + word(queuePairs) + word(mtu)
    }

    /// Fields that a driver may not read, since the device does not offer what they belong to. (VirtIO 1.2 §2.5.1)
    static func forbidden(_ range: Range<Int>, offered: VirtIO.Features) -> [String] {
        fields.filter { field in
            guard let feature = field.feature else { return false }
            return field.range.overlaps(range) && !offered.contains(feature)
        }.map(\.name)
    }

    /// Stores the bytes of the address that lie in `bytes`.
    mutating func setMACAddress(_ new: [UInt8], at offset: Int) {
        var value = Array(bytes[0..<6])
        value.replaceSubrange(offset..<offset + new.count, with: new)
        macAddress = MACAddress(value[0], value[1], value[2], value[3], value[4], value[5])
    }
}
