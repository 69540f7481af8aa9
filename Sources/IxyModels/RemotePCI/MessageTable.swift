/// The table of MSI-X and its pending bits, in the memory of a device. (PCI 3.0 §6.8.2)
struct MessageTable {
    static let count = 64

    /// Address, upper address, data and control of each vector. Masked after a reset.
    private var words: [UInt32]
    private(set) var pending: UInt64 = 0

    init() {
        words = (0..<MessageTable.count).flatMap { _ -> [UInt32] in [0, 0, 0, 1] }
    }

    /// The word at `offset` of the BAR.
    func read(_ offset: Int) -> UInt32 {
        if offset / 4 < words.count { return words[offset / 4] }
        let place = offset - PCIConfigurationSpace.pendingOffset
        return place == 0 || place == 4 ? UInt32(truncatingIfNeeded: pending >> UInt64(place * 8)) : 0
    }

    /// The pending bits are read-only.
    mutating func write(_ offset: Int, _ value: UInt32) {
        if offset / 4 < words.count { words[offset / 4] = value }
    }

    /// Notes the messages of `vectors`, and takes those that may be sent now.
    mutating func take(_ vectors: UInt64, isMasked: Bool) -> [(address: UInt64, data: UInt32)] {
        pending |= vectors
        guard !isMasked, pending != 0 else { return [] }
        var messages: [(address: UInt64, data: UInt32)] = []
        for vector in 0..<MessageTable.count where pending >> UInt64(vector) & 1 == 1 {
            let entry = words[vector * 4..<vector * 4 + 4]
            let first = entry.startIndex
            guard entry[first + 3] & 1 == 0 else { continue }
            pending &= ~(1 << UInt64(vector))
            messages.append((UInt64(entry[first + 1]) << 32 | UInt64(entry[first]), entry[first + 2]))
        }
        return messages
    }
}
