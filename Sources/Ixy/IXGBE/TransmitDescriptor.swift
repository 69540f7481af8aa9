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
}
