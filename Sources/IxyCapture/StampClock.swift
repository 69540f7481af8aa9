/// How an interface's time stamps count: if_tsresol and if_tsoffset, draft-ietf-opsawg-pcapng §4.2.
struct StampClock: Sendable, Equatable {
    /// if_tsresol: the top bit chooses powers of two over powers of ten, the rest is the negative exponent.
    var resolution: UInt8
    /// if_tsoffset: seconds to add to each stamp.
    var offset: Int64

    /// The clock where a file says nothing: microseconds since 1970.
    static let unspecified = StampClock(resolution: 6, offset: 0)
    static let nanoseconds = StampClock(resolution: 9, offset: 0)

    /// Nanoseconds since 1970 for a stamp of `ticks`; nil before 1970 or after 2554, which 64 bits cannot hold.
    func nanoseconds(_ ticks: UInt64) -> UInt64? {
        guard let sinceOffset = scaled(ticks) else { return nil }
        let (shift, tooFar) = offset.magnitude.multipliedReportingOverflow(by: 1_000_000_000)
        guard !tooFar else { return nil }
        let (stamp, outside) =
            offset < 0
            ? sinceOffset.subtractingReportingOverflow(shift)
            : sinceOffset.addingReportingOverflow(shift)
        return outside ? nil : stamp
    }

    private func scaled(_ ticks: UInt64) -> UInt64? {
        let exponent = Int(resolution & 0x7F)
        if resolution & 0x80 == 0 {
            if exponent > 9 {
                // Finer than we keep; 10^20 and above divide every 64-bit number to zero.
                return exponent - 9 > 19 ? 0 : ticks / Self.powerOfTen(exponent - 9)
            }
            let (product, overflow) = ticks.multipliedReportingOverflow(by: Self.powerOfTen(9 - exponent))
            return overflow ? nil : product
        }
        // ticks * 10^9 / 2^exponent, with 128 bits in between so that no bit is lost.
        let product = UInt128(ticks) * 1_000_000_000
        return UInt64(exactly: product >> UInt128(exponent))
    }

    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
