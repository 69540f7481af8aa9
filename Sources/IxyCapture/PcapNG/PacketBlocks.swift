/// The block types that we read; all others are skipped (draft-ietf-opsawg-pcapng §3.1, §10.1).
enum PacketBlocks {
    /// Section Header Block, §4.1. Reads the same in both byte orders.
    static let sectionHeader: UInt32 = 0x0A0D_0D0A
    /// Interface Description Block, §4.2.
    static let interface: UInt32 = 1
    /// Packet Block, obsolete, Appendix A.
    static let obsoletePacket: UInt32 = 2
    /// Simple Packet Block, §4.4.
    static let simplePacket: UInt32 = 3
    /// Enhanced Packet Block, §4.3.
    static let enhancedPacket: UInt32 = 6

    /// The number by which a section tells its byte order, §4.1.
    static let byteOrderMagic: UInt32 = 0x1A2B_3C4D
    /// Bytes of a block without its body: type, length, and the length again. §3.1.
    static let frame = 12
    /// `count` rounded up to whole 32-bit words, as packet data and option values are padded.
    static func padded(_ count: Int) -> Int { (count + 3) & ~3 }
}

/// Reading the blocks that hold frames.
extension CaptureReader {
    /// Goes through blocks to the next one that holds a frame; nil where the file ends between two.
    mutating func nextPacketBlock() throws(CaptureError) -> Found? {
        while try source.fill(1) > 0 {
            let start = source.offset
            try require(8, of: "block", at: start)
            let type = source.uint32(0)
            if type == PacketBlocks.sectionHeader {
                try readSectionHeader()
                continue
            }
            let length = Int(source.uint32(4))
            guard length >= PacketBlocks.frame, length % 4 == 0 else {
                throw corrupt("a block of \(length) bytes, which is no multiple of 4 from 12 on", at: start + 4)
            }
            switch type {
            case PacketBlocks.interface:
                try requireBlock(length, "interface description block", minimum: 20)
                try readInterface(bodyEnd: length - 4)
                source.consume(length)
            case PacketBlocks.enhancedPacket:
                try requireBlock(length, "packet block", minimum: 32)
                return try packet(at: start, length: length, interface: Int(source.uint32(8)))
            case PacketBlocks.obsoletePacket:
                try requireBlock(length, "packet block", minimum: 32)
                // The other half of the word counts drops since the last packet. Appendix A.
                return try packet(at: start, length: length, interface: Int(source.uint16(8)))
            case PacketBlocks.simplePacket:
                try requireBlock(length, "packet block", minimum: 16)
                return try simplePacket(at: start, length: length)
            default:
                try skipBlock(length, at: start)
            }
        }
        return nil
    }

    /// Brings a whole block of `length` bytes into memory and checks that both of its lengths agree (§3.1).
    mutating func requireBlock(_ length: Int, _ piece: String, minimum: Int) throws(CaptureError) {
        let start = source.offset
        guard length >= minimum, length <= CaptureLimits.blockLength else {
            throw corrupt(
                "a \(piece) of \(length) bytes, outside of \(minimum) to \(CaptureLimits.blockLength)", at: start + 4)
        }
        try require(length, of: piece, at: start)
        try checkTrailer(source.uint32(length - 4), length: length, at: start + length - 4)
    }

    private func checkTrailer(_ trailer: UInt32, length: Int, at offset: Int) throws(CaptureError) {
        guard Int(trailer) == length else {
            throw corrupt("the block's length is \(length) at its start and \(trailer) at its end", at: offset)
        }
    }

    /// Passes over a block of any length without holding it.
    private mutating func skipBlock(_ length: Int, at start: Int) throws(CaptureError) {
        let skipped = try source.skip(length - 4)
        guard skipped == length - 4 else { throw truncated("block", at: start, end: start + skipped) }
        try require(4, of: "block", at: start)
        try checkTrailer(source.uint32(0), length: length, at: source.offset)
        source.consume(4)
    }

    /// Takes the frame out of an Enhanced Packet Block (§4.3) or an obsolete Packet Block (Appendix A), which differ
    /// only in the word before the stamp.
    private mutating func packet(at start: Int, length: Int, interface: Int) throws(CaptureError) -> Found {
        guard interface < interfaces.count else {
            throw corrupt("interface \(interface), which the section has not described", at: start + 8)
        }
        let captured = source.uint32(20)
        // 28 bytes come before the data, and the length once more after it.
        guard captured <= CaptureLimits.frameLength, PacketBlocks.padded(Int(captured)) <= length - 32 else {
            throw corrupt("a frame of \(captured) bytes in a block of \(length)", at: start + 20)
        }
        let ticks = UInt64(source.uint32(12)) << 32 | UInt64(source.uint32(16))
        guard let stamp = interfaces[interface].clock.nanoseconds(ticks) else {
            throw corrupt("a time stamp outside of the years 1970 to 2554", at: start + 12)
        }
        let record = CaptureRecord(
            stamp: stamp, originalLength: Int(source.uint32(24)), capturedLength: Int(captured), interface: interface)
        let place = source.place(28)
        source.consume(length)
        return Found(record: record, place: place)
    }

    /// Takes the frame out of a Simple Packet Block, §4.4: it belongs to interface 0, has no stamp, and its captured
    /// length follows from the interface's snapshot length.
    private mutating func simplePacket(at start: Int, length: Int) throws(CaptureError) -> Found {
        guard let first = interfaces.first else {
            throw corrupt("a frame of interface 0, which the section has not described", at: start)
        }
        let original = Int(source.uint32(8))
        let captured = first.snapshotLength == 0 ? original : min(original, Int(first.snapshotLength))
        guard captured <= CaptureLimits.frameLength, PacketBlocks.padded(captured) <= length - 16 else {
            throw corrupt("a frame of \(captured) bytes in a block of \(length)", at: start + 8)
        }
        let record = CaptureRecord(stamp: nil, originalLength: original, capturedLength: captured, interface: 0)
        let place = source.place(12)
        source.consume(length)
        return Found(record: record, place: place)
    }
}
