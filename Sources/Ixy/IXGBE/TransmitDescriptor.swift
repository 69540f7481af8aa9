import IxyHardware

/// The advanced transmit data descriptor (82599 §7.2.3.2.4).
@usableFromInline
enum TransmitDescriptor {
    /// Type 3 (data), EOP, insert FCS, advanced (DEXT). (82599 §7.2.3.2.4: DTYP 23:20, DCMD 31:24)
    @inlinable static var command: UInt64 { 3 << 20 | 1 << 24 | 1 << 25 | 1 << 29 }
    /// Report status: the device writes its head back after this descriptor. (DCMD bit 3)
    @inlinable static var reportStatus: UInt64 { 1 << 27 }

    /// Bytes that a frame may have: the hardware pads from 17 bytes on (82599 §8.2.3.22.8, TXPADEN), and sends at
    /// most 9728 with the frame check sequence (82599 §1.3).
    @inlinable static var lengths: ClosedRange<Int> { 17...9724 }

    /// Those of them that fit into a buffer.
    static func lengths(in bufferSize: Int) -> FrameLengths {
        FrameLengths(shortest: lengths.lowerBound, longest: min(bufferSize, lengths.upperBound))
    }

    /// The second word for a frame of `count` bytes in one buffer: DTALEN in bits 15:0, PAYLEN in 63:46.
    @inlinable @inline(__always)
    static func whole(_ count: Int) -> UInt64 {
        whole(UInt32(truncatingIfNeeded: count))
    }

    @inlinable @inline(__always)
    static func whole(_ count: UInt32) -> UInt64 { UInt64(count) | UInt64(count) &<< 46 | command }

    /// The same as a number for each byte, as DTALEN and PAYLEN have it both.
    static func linear(_ lengths: FrameLengths) -> LinearCommand {
        LinearCommand(fixed: command, perByte: 1 << 46 | 1, lengths: lengths)
    }
}
