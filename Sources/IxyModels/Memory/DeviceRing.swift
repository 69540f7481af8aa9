import IxyHardware

/// A descriptor ring as the device sees it: memory that the driver has mapped, found once and used for many bursts.
///
/// It holds the memory. Whether it is still mapped is for its user to ask: `DMAPort.isCurrent`.
package struct DeviceRing: ~Copyable, Sendable {
    /// The first descriptors, and the others: several pieces only if the ring's pages are no neighbours in memory.
    private let straight: MemoryWindow
    private let others: [MemoryWindow]
    /// Number of descriptors.
    package let count: Int
    /// So many of them are in one piece.
    let straightCount: Int

    /// A ring without descriptors.
    package init() {
        straight = MemoryWindow()
        others = []
        count = 0
        straightCount = 0
    }

    /// The ring whose descriptors are in `pieces`, in order: nil unless these are whole, and aligned.
    init?(_ pieces: [MemoryWindow]) {
        for piece in pieces where piece.count > 0 {
            let size = piece.count / 16
            guard piece.count % 16 == 0, piece.descriptors(at: 0, count: size).count == size else { return nil }
        }
        straight = pieces[0]
        others = Array(pieces.dropFirst())
        straightCount = straight.count / 16
        count = pieces.reduce(0) { $0 + $1.count } / 16
    }

    /// The descriptors in one piece, from the first one on. Cannot outlive the ring.
    var slots: Span<DescriptorWords> {
        @_lifetime(borrow self)
        @inline(__always)
        get { straight.descriptors(at: 0, count: straightCount) }
    }

    /// Reads word 0 or 1 of a descriptor, wherever it lies; all that was stored before it is visible afterwards.
    package func load(_ word: Int, of slot: Int) -> UInt64 {
        guard slot >= straightCount else { return slots[slot].load(word & 1) }
        let (piece, index) = place(slot)
        return piece.descriptors(at: index * 16, count: 1)[0].load(word & 1)
    }

    /// Writes word 0 or 1 of a descriptor, wherever it lies, after everything that was stored before.
    package func store(_ value: UInt64, _ word: Int, of slot: Int) {
        guard slot >= straightCount else { return slots[slot].store(value, word & 1) }
        let (piece, index) = place(slot)
        piece.descriptors(at: index * 16, count: 1)[0].store(value, word & 1)
    }

    /// In which of the other pieces a descriptor is, and where there.
    private func place(_ slot: Int) -> (piece: MemoryWindow, index: Int) {
        precondition(slot < count, "no such descriptor")
        var index = slot - straightCount
        var piece = 0
        while index >= others[piece].count / 16 {
            index -= others[piece].count / 16
            piece += 1
        }
        return (others[piece], index)
    }
}
