internal import IxyHardware

extension CaptureWriter {
    /// The program's name in the section header.
    private static var application: String { "ixy for Swift" }

    /// Appends the section header and a description of each interface, draft-ietf-opsawg-pcapng §4.1 and §4.2.
    /// Never fails: `CaptureLimits.writtenInterfaces` keeps it below the size of the buffer, which is empty.
    mutating func appendSection() {
        let length = 24 + Self.optionLength(Self.application) + 4 + 4
        sink.append(PacketBlocks.sectionHeader)
        sink.append(UInt32(length))
        sink.append(PacketBlocks.byteOrderMagic)
        sink.append(1 as UInt16)
        sink.append(0 as UInt16)
        // The section's length is not known in a stream, which all ones say.
        sink.append(UInt64.max)
        append(option: InterfaceOption.application, Self.application)
        sink.appendZeros(4)  // opt_endofopt
        sink.append(UInt32(length))
        for interface in interfaces { append(interface) }
    }

    private mutating func append(_ interface: CaptureInterface) {
        let named = !interface.name.isEmpty
        let length = 16 + (named ? Self.optionLength(interface.name) : 0) + 8 + 4 + 4
        sink.append(PacketBlocks.interface)
        sink.append(UInt32(length))
        sink.append(interface.linkType.rawValue)
        sink.append(0 as UInt16)
        sink.append(interface.snapshotLength)
        if named { append(option: InterfaceOption.name, interface.name) }
        sink.append(InterfaceOption.resolution)
        sink.append(1 as UInt16)
        sink.append(StampClock.nanoseconds.resolution)
        sink.appendZeros(3)
        sink.appendZeros(4)  // opt_endofopt
        sink.append(UInt32(length))
    }

    /// Appends an Enhanced Packet Block, draft-ietf-opsawg-pcapng §4.3.
    mutating func appendEnhancedPacket(
        _ bytes: borrowing RawSpan, stamp: UInt64, original: UInt32, interface: UInt32
    ) throws(CaptureError) {
        let padded = PacketBlocks.padded(bytes.byteCount)
        let length = 32 + padded
        try sink.reserve(length)
        sink.append(PacketBlocks.enhancedPacket)
        sink.append(UInt32(length))
        sink.append(interface)
        sink.append(UInt32(truncatingIfNeeded: stamp >> 32))
        sink.append(UInt32(truncatingIfNeeded: stamp))
        sink.append(UInt32(bytes.byteCount))
        sink.append(original)
        sink.append(bytes)
        sink.appendZeros(padded - bytes.byteCount)
        sink.append(UInt32(length))
        sink.endPiece()
    }

    /// Appends an option that is text, cut to what our reader keeps. §3.5.
    private mutating func append(option code: UInt16, _ text: String) {
        let length = min(text.utf8.count, CaptureLimits.nameLength)
        sink.append(code)
        sink.append(UInt16(length))
        for byte in text.utf8.prefix(length) { sink.append(byte) }
        sink.appendZeros(PacketBlocks.padded(length) - length)
    }

    /// The bytes of an option that is text: code, length, the text, padded.
    private static func optionLength(_ text: String) -> Int {
        4 + PacketBlocks.padded(min(text.utf8.count, CaptureLimits.nameLength))
    }
}
