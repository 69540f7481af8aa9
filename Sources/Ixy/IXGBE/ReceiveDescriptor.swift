/// The advanced receive descriptor with one buffer (82599 §7.1.6).
@usableFromInline
enum ReceiveDescriptor {
    /// Descriptor done: the device has written the descriptor back. (82599 §7.1.6.2, status bit 0)
    @inlinable static var done: UInt64 { 1 << 0 }
    /// End of packet: the frame ends in this buffer. (status bit 1)
    @inlinable static var endOfPacket: UInt64 { 1 << 1 }
    /// Receive error: CRC, length or symbol. (error bit 29: RXE)
    @inlinable static var receiveError: UInt64 { 1 << 29 }

    /// What decides whether a descriptor yields a packet.
    @inlinable static var status: UInt64 { done | endOfPacket | receiveError }

    /// The status of a frame that is delivered: done, in one buffer, without error.
    @inlinable static var whole: UInt64 { done | endOfPacket }

    /// Where the length is.
    @inlinable static var length: UInt64 { 0xFFFF << 32 }

    /// By how much a whole frame is longer than the shortest one; some large number if the descriptor has none.
    ///
    /// - Parameters:
    ///   - told: `status` and `length`.
    ///   - least: what the shortest frame has there. Both are kept by the queue, since as constants they would be made
    ///     anew for each packet.
    @inlinable @inline(__always)
    static func excess(_ writeBack: UInt64, told: UInt64, least: UInt64) -> UInt64 {
        // Taken away, `least` leaves a small number in the upper half if all is well, which changes places with the lower.
        let rest = (writeBack & told) &- least
        return rest &<< 32 | rest &>> 32
    }

    /// What `excess` was made of, without what `told` leaves out.
    @inlinable @inline(__always)
    static func word(_ excess: UInt64, least: UInt64) -> UInt64 { (excess &<< 32 | excess &>> 32) &+ least }

    /// Bytes in the buffer: bits 32 to 47 of the second word.
    @inlinable @inline(__always)
    static func length(_ writeBack: UInt64) -> Int {
        Int(truncatingIfNeeded: writeBack &>> 32) & 0xFFFF
    }
}
