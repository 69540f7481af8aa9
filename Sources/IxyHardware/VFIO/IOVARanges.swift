/// Which device addresses an IOMMU can translate, and which of them are taken.
package struct IOVARanges: Sendable {
    /// The addresses that the IOMMU can translate, in order.
    private var usable: [ClosedRange<UInt64>]
    /// The addresses that are mapped.
    private var taken: [ClosedRange<UInt64>] = []

    /// The narrowest that is in use: 39 bits, without the window of x86's message-signalled interrupts.
    package static let cautious: [ClosedRange<UInt64>] = [
        0...0xFEDF_FFFF, 0xFEF0_0000...(1 << 39 - 1),
    ]

    /// Where to look first, then second: above the memory of most machines, so that a device which by mistake goes past
    /// the IOMMU hits nothing; then above 4 GiB; then above what old devices and the firmware use.
    private static let floors: [UInt64] = [1 << 36, 1 << 32, 1 << 20]

    /// `usable` as the kernel says it; where it says nothing, the cautious ranges.
    package init(_ usable: [ClosedRange<UInt64>]) {
        self.usable = Self.cautious
        narrow(to: usable)
    }

    /// From now on `usable` holds, unless it is empty; what is taken stays so.
    package mutating func narrow(to usable: [ClosedRange<UInt64>]) {
        if !usable.isEmpty { self.usable = usable.sorted { $0.lowerBound < $1.lowerBound } }
    }

    /// Takes `count` bytes at a multiple of `alignment`, a power of two; nil where there is no such gap.
    package mutating func take(_ count: UInt64, alignment: UInt64) -> UInt64? {
        guard count > 0, count <= 1 << 48 else { return nil }
        for floor in Self.floors {
            // The lowest gap begins where a range does, or behind what is taken.
            let ends = taken.filter { $0.upperBound >= floor && $0.upperBound < .max }.map { $0.upperBound + 1 }.sorted()
            for range in usable {
                for start in [max(range.lowerBound, floor)] + ends {
                    let (sum, isBeyond) = start.addingReportingOverflow(alignment - 1)
                    let first = sum & ~(alignment - 1)
                    guard !isBeyond, range.contains(first), range.upperBound - first >= count - 1 else { continue }
                    let piece = first...first + (count - 1)
                    if taken.contains(where: piece.overlaps) { continue }
                    taken.append(piece)
                    return first
                }
            }
        }
        return nil
    }

    /// Gives back what starts at `start`.
    package mutating func release(_ start: UInt64) {
        taken.removeAll { $0.lowerBound == start }
    }
}
