import Ixy

extension VirtIO.Features {
    /// The control queue takes further receive modes. (VirtIO 1.2 §5.1.6.5.1)
    static let controlReceiveExtra = VirtIO.Features(rawValue: 1 << 20)

    /// The features that a feature requires: one of those beside it. (VirtIO 1.2 §5.1.3.1)
    private static let requirements: [(feature: VirtIO.Features, name: String, oneOf: VirtIO.Features)] = [
        (.guestTSO4, "GUEST_TSO4", .guestChecksum),
        (.guestTSO6, "GUEST_TSO6", .guestChecksum),
        (.hostTSO4, "HOST_TSO4", .checksum),
        (.hostTSO6, "HOST_TSO6", .checksum),
        (.controlReceive, "CTRL_RX", .controlQueue),
        (.controlReceiveExtra, "CTRL_RX_EXTRA", .controlQueue),
        (.multiqueue, "MQ", .controlQueue),
        (.controlMACAddress, "CTRL_MAC_ADDR", .controlQueue),
        (.packedRing, "RING_PACKED", .version1),
    ]

    /// Names of features that were chosen without what they require.
    var incomplete: [String] {
        VirtIO.Features.requirements.filter { contains($0.feature) && isDisjoint(with: $0.oneOf) }.map(\.name)
    }

    /// The features that existed before version 1: the first 32 bits.
    static let legacy = VirtIO.Features(rawValue: 0xFFFF_FFFF)
}
