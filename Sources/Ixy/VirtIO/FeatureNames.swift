extension VirtIO.Features {
    /// The specification's names of the bits. (VirtIO 1.2 §5.1.3, §5.1.3.2, §6, §6.3)
    private static let names: [Int: String] = [
        0: "CSUM", 1: "GUEST_CSUM", 2: "CTRL_GUEST_OFFLOADS", 3: "MTU", 5: "MAC", 6: "GSO", 7: "GUEST_TSO4",
        8: "GUEST_TSO6", 9: "GUEST_ECN", 10: "GUEST_UFO", 11: "HOST_TSO4", 12: "HOST_TSO6", 13: "HOST_ECN",
        14: "HOST_UFO", 15: "MRG_RXBUF", 16: "STATUS", 17: "CTRL_VQ", 18: "CTRL_RX", 19: "CTRL_VLAN",
        20: "CTRL_RX_EXTRA", 21: "GUEST_ANNOUNCE", 22: "MQ", 23: "CTRL_MAC_ADDR", 24: "NOTIFY_ON_EMPTY",
        27: "ANY_LAYOUT", 28: "INDIRECT_DESC", 29: "EVENT_IDX", 32: "VERSION_1", 33: "ACCESS_PLATFORM",
        34: "RING_PACKED", 35: "IN_ORDER", 36: "ORDER_PLATFORM", 37: "SR_IOV", 38: "NOTIFICATION_DATA",
        39: "NOTIF_CONFIG_DATA", 40: "RING_RESET", 54: "GUEST_USO4", 55: "GUEST_USO6", 56: "HOST_USO",
        57: "HASH_REPORT", 59: "GUEST_HDRLEN", 60: "RSS", 61: "RSC_EXT", 62: "STANDBY", 63: "SPEED_DUPLEX",
    ]

    /// The set bits with their names; a bit without one has its number.
    package var described: [(bit: Int, name: String)] {
        (0..<64).filter { rawValue >> UInt64($0) & 1 == 1 }.map { ($0, Self.names[$0] ?? "bit \($0)") }
    }
}
