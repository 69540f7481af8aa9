/// How the second word of a transmit descriptor follows from the packet's length.
@frozen
public struct LinearCommand: Sendable {
    @usableFromInline let perByte: UInt64
    @usableFromInline let fixed: UInt64
    /// For the shortest packet, and how many bytes that has. Kept, as the compiler would else add up for each packet.
    @usableFromInline let least: UInt64
    @usableFromInline let shortest: UInt16

    /// `fixed` for a packet of no bytes, and `perByte` more for each byte, in such a way that the length is in bits 15:0.
    /// Traps if it is not.
    public init(fixed: UInt64, perByte: UInt64, lengths: FrameLengths) {
        precondition(fixed & 0xFFFF == 0 && perByte & 0xFFFF == 1, "the length has to be in bits 15:0")
        self.fixed = fixed
        self.perByte = perByte
        shortest = lengths.shortest
        least = fixed &+ UInt64(lengths.shortest) &* perByte
    }

    /// For a packet of so many bytes.
    @inlinable @inline(__always)
    func word(_ count: Int) -> UInt64 { UInt64(truncatingIfNeeded: count) &* perByte &+ fixed }
}
