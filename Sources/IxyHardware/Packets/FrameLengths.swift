/// The lengths that a frame may have.
@frozen
public struct FrameLengths: Sendable {
    @usableFromInline let shortest: UInt16
    /// How many lengths there are, from `shortest` on.
    @usableFromInline let span: UInt64

    /// Traps unless `shortest` is 0 to 65535. None if `longest` is less; all if it is more than 65535.
    @inlinable
    public init(shortest: Int, longest: Int) {
        self.shortest = UInt16(shortest)
        span = UInt64(max(0, min(longest, Int(UInt16.max)) &- shortest &+ 1))
    }

    /// Whether a frame of any of the lengths fits into so many bytes.
    @inlinable @inline(__always)
    func fit(_ count: Int) -> Bool { Int(truncatingIfNeeded: UInt64(shortest) &+ span) <= count &+ 1 }

    /// Whether `count` is one of them.
    @inlinable @inline(__always)
    func contains(_ count: UInt32) -> Bool {
        count &- UInt32(shortest) < UInt32(truncatingIfNeeded: span)
    }
}
