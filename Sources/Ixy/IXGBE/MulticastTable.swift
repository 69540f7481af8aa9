/// The bits of the multicast table for some groups: the device receives each address that falls on one of them, so others
/// with the same twelve bits come along. (82599 §7.1.1.1.2)
struct MulticastTable {
    /// One word for each register of the array.
    private(set) var words = [UInt32](repeating: 0, count: 128)

    init(_ groups: [MACAddress]) {
        for group in groups {
            let bit = MulticastTable.bit(of: group)
            words[bit / 32] |= 1 << UInt32(bit % 32)
        }
    }

    /// The bit of the table for `group`, 0 to 4095: the last byte and the upper half of the one before, which is what
    /// the device looks at while MCSTCTRL.MO is 0. (82599 §8.2.3.7.3)
    static func bit(of group: MACAddress) -> Int {
        Int(group.bytes.5) << 4 | Int(group.bytes.4) >> 4
    }
}
