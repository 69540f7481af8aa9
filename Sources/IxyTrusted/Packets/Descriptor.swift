public import Synchronization

/// A descriptor of 16 bytes: where a packet is, and a word that says more, which a device may write.
///
/// Nothing outside of this module can write the address: only a slot that owns a packet gives it to the device.
@frozen @usableFromInline
package struct Descriptor: ~Copyable {
    @usableFromInline var address: UInt64
    @usableFromInline let word: Atomic<UInt64>
}

/// How the second word of a descriptor tells the device a length, so that no word can be made that names more bytes than the
/// packet has. The three that there are.
@frozen @usableFromInline
package struct DescriptorFormat: Sendable, Equatable {
    /// Bytes of the header, which lies right before the packet; 0 for advanced descriptors.
    @usableFromInline let header: Int

    @inlinable @inline(__always)
    init(header: Int) { self.header = header }

    /// Advanced descriptors with one buffer: the length is in bits 15:0 and in 63:46; to be filled, the word is zero, as it would
    /// be another address. (82599 §7.1.6.1, §7.2.3.2.4)
    @inlinable @inline(__always)
    package static var advanced: DescriptorFormat { DescriptorFormat(header: 0) }

    /// Split and packed descriptors: the length is in bits 31:0. (VirtIO 1.2 §2.7.5, §2.8.1)
    ///
    /// - Parameter header: bytes of a frame's header, 10 or 12. (VirtIO 1.2 §5.1.6)
    @inlinable @inline(__always)
    package static func virtqueue(header: Int) -> DescriptorFormat {
        precondition(header == 10 || header == 12, "a VirtIO header has 10 or 12 bytes")
        return DescriptorFormat(header: header)
    }

    @inlinable @inline(__always)
    var isAdvanced: Bool { header == 0 }
    /// Where the length is.
    @inlinable @inline(__always)
    var lengthMask: UInt64 { isAdvanced ? 0xFFFF : 0xFFFF_FFFF }
    /// By how much the word of a packet that is sent grows with each byte.
    var perByte: UInt64 { isAdvanced ? 1 << 46 | 1 : 1 }
    /// The word for a packet of so many bytes that is sent.
    ///
    /// - Parameter perByte: the property, as it was kept: a multiplication by a constant would become four instructions.
    @inlinable @inline(__always)
    func word(_ length: UInt64, _ perByte: UInt64, _ command: UInt64) -> UInt64 {
        isAdvanced ? length &* perByte &+ command : length &+ UInt64(truncatingIfNeeded: header) &+ command
    }
    /// The word of a packet that is given away to be filled: it tells the device of all of the buffer, with the header.
    ///
    /// - Parameter command: what it says beside. Traps if it has bits of the length, and if it is anything but 0 in an advanced
    ///   descriptor, where it would be an address.
    @_transparent @inlinable
    func wordToFill(_ bufferSize: Int, _ command: UInt64) -> UInt64 {
        precondition(header > 0 ? command & lengthMask == 0 : command == 0)
        return header > 0 ? command &+ UInt64(truncatingIfNeeded: bufferSize &+ header) : 0
    }

    /// Bytes from which on `SlotRun.receiveFour` counts: frames that are shorter than an Ethernet header are rejected with VirtIO.
    @inlinable @inline(__always)
    package var shortest: Int { isAdvanced ? 1 : 14 }
}
