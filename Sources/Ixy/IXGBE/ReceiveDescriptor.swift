/// The advanced receive descriptor with one buffer, as the device writes it back. (82599 §7.1.6.2)
@usableFromInline
enum ReceiveDescriptor {
    /// Descriptor done: the device has written the descriptor back. (82599 §7.1.6.2, status bit 0)
    @inlinable static var done: UInt64 { 1 << 0 }
    /// End of packet: the frame ends in this buffer. (status bit 1)
    @inlinable static var endOfPacket: UInt64 { 1 << 1 }
    /// Receive error: CRC, length or symbol. (error bit 29: RXE)
    @inlinable static var receiveError: UInt64 { 1 << 29 }

    /// The bits that decide whether a descriptor yields a packet.
    @inlinable static var status: UInt64 { done | endOfPacket | receiveError }

    /// The status of a frame that is delivered: done, in one buffer, without error.
    @inlinable static var whole: UInt64 { done | endOfPacket }

    /// By how many bytes a whole frame is longer than one; some large number for every descriptor that yields no packet.
    ///
    /// One subtraction checks all: of a whole frame of 60 bytes (`0x0000_003C_xxxx_xxx3`, masked) it leaves 59 in the upper half and
    /// 0 in the lower one, which change places. Any other status leaves the upper half of the result not zero.
    ///
    /// - Parameters:
    ///   - mask: `statusAndLength`.
    ///   - shortest: `shortestGood`. Queues keep both, because as constants they would be made again for each packet.
    @inlinable @inline(__always)
    static func excess(_ word: UInt64, mask: UInt64, shortest: UInt64) -> UInt64 {
        ((word & mask) &- shortest).halvesSwapped
    }

    /// The bits that count in `excess`.
    @usableFromInline static var statusAndLength: UInt64 { status | 0xFFFF << 32 }
    /// Those of a whole frame of one byte.
    @usableFromInline static var shortestGood: UInt64 { whole | 1 << 32 }

    /// Bytes in the buffer: bits 32 to 47 of the second word.
    @inlinable @inline(__always)
    static func length(_ word: UInt64) -> UInt64 { word &>> 32 & 0xFFFF }
}
