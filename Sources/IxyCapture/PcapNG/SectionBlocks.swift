/// Reading the blocks that describe what follows: sections and interfaces.
extension CaptureReader {
    /// Reads a Section Header Block, draft-ietf-opsawg-pcapng §4.1. It sets the byte order and forgets the interfaces
    /// of the section before. Its options, of any length, are passed over; so is the section length, because the
    /// blocks tell their own.
    mutating func readSectionHeader() throws(CaptureError) {
        let start = source.offset
        // The byte order comes first: only with it can the length before it be read.
        try require(16, of: "section header", at: start)
        source.order = .littleEndian
        switch source.uint32(8) {
        case PacketBlocks.byteOrderMagic: break
        case PacketBlocks.byteOrderMagic.byteSwapped: source.order = .bigEndian
        case let word:
            throw corrupt("0x\(String(word, radix: 16)) instead of the byte-order magic 0x1a2b3c4d", at: start + 8)
        }
        let length = Int(source.uint32(4))
        guard length >= 28, length % 4 == 0 else {
            throw corrupt("a section header of \(length) bytes, which is no multiple of 4 from 28 on", at: start + 4)
        }
        let (major, minor) = (source.uint16(12), source.uint16(14))
        // Files that call themselves 1.2 exist and are 1.0 in fact, as §4.1 notes.
        guard major == 1, minor == 0 || minor == 2 else {
            throw corrupt("version \(major).\(minor) instead of 1.0", at: start + 12)
        }
        try passSectionHeader(length, at: start)
        interfaces.removeAll(keepingCapacity: true)
    }

    private mutating func passSectionHeader(_ length: Int, at start: Int) throws(CaptureError) {
        let skipped = try source.skip(length - 4)
        guard skipped == length - 4 else { throw truncated("section header", at: start, end: start + skipped) }
        try require(4, of: "section header", at: start)
        guard Int(source.uint32(0)) == length else {
            throw corrupt("the section header's length differs at its end", at: source.offset)
        }
        source.consume(4)
    }

    /// Adds the interface of an Interface Description Block, §4.2, whose bytes are in memory.
    ///
    /// - Parameter bodyEnd: where its options end at the latest, counted from the block's start.
    mutating func readInterface(bodyEnd: Int) throws(CaptureError) {
        guard interfaces.count < CaptureLimits.interfaces else {
            throw corrupt("more than \(CaptureLimits.interfaces) interfaces in one section", at: source.offset)
        }
        var interface = CaptureInterface(
            name: "", linkType: LinkType(rawValue: source.uint16(8)), snapshotLength: source.uint32(12),
            clock: .unspecified)
        try readOptions(from: 16, to: bodyEnd, into: &interface)
        interfaces.append(interface)
    }

    /// Reads the options of an interface, §3.5 (form) and §4.2 (meaning).
    private func readOptions(
        from first: Int, to end: Int, into interface: inout CaptureInterface
    ) throws(CaptureError) {
        var position = first
        // A list without an end marker may end with the block.
        while position < end {
            // Body and options are whole words, so a started option has its four bytes of code and length.
            let code = source.uint16(position)
            let length = Int(source.uint16(position + 2))
            if code == InterfaceOption.end { return }
            let value = position + 4
            guard PacketBlocks.padded(length) <= end - value else {
                throw corrupt("option \(code) of \(length) bytes overruns its block", at: source.offset + position)
            }
            switch (code, length) {
            case (InterfaceOption.name, _):
                interface.name = source.text(value, count: min(length, CaptureLimits.nameLength))
            case (InterfaceOption.resolution, 1):
                interface.clock.resolution = source.byte(value)
            case (InterfaceOption.offset, 8):
                interface.clock.offset = Int64(bitPattern: source.uint64(value))
            case (InterfaceOption.resolution, _), (InterfaceOption.offset, _):
                // A wrong size would silently shift all stamps, so it is no detail to pass over.
                throw corrupt("option \(code) has \(length) bytes", at: source.offset + position)
            default:
                break
            }
            position = value + PacketBlocks.padded(length)
        }
    }
}

/// Codes of the options that we read and write.
enum InterfaceOption {
    /// opt_endofopt, §3.5.
    static let end: UInt16 = 0
    /// if_name, §4.2.
    static let name: UInt16 = 2
    /// if_tsresol, §4.2.
    static let resolution: UInt16 = 9
    /// if_tsoffset, §4.2.
    static let offset: UInt16 = 14
    /// shb_userappl, §4.1.
    static let application: UInt16 = 4
}
