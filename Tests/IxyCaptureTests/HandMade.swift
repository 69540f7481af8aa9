import IxyCapture

/// Capture files put together by hand, independently of the writer.
struct HandMade {
    var bytes: [UInt8] = []
    /// Where complete pieces end, and how many frames there are up to there.
    var boundaries: [(end: Int, frames: Int)] = []
    let order: ByteOrder
    private var frames = 0

    init(_ order: ByteOrder) {
        self.order = order
    }

    func number(_ value: some FixedWidthInteger) -> [UInt8] {
        let little = (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        return order == .littleEndian ? little : little.reversed()
    }

    mutating func add(_ piece: [UInt8], frames count: Int = 0) {
        bytes += piece
        frames += count
        boundaries.append((bytes.count, frames))
    }

    // MARK: pcap

    mutating func pcapHeader(magic: UInt32, version: (UInt16, UInt16) = (2, 4), link: UInt32 = 1) {
        add(
            number(magic) + number(version.0) + number(version.1) + number(0 as UInt64) + number(65_535 as UInt32)
                + number(link))
    }

    mutating func pcapRecord(_ seconds: UInt32, _ fraction: UInt32, _ data: [UInt8], original: UInt32? = nil) {
        add(
            number(seconds) + number(fraction) + number(UInt32(data.count)) + number(original ?? UInt32(data.count))
                + data, frames: 1)
    }

    // MARK: pcapng

    mutating func block(_ type: UInt32, _ body: [UInt8], frames: Int = 0) {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let length = number(UInt32(padded.count + 12))
        add(number(type) + length + padded + length, frames: frames)
    }

    mutating func section(options: [UInt8] = []) {
        block(
            0x0A0D_0D0A,
            number(0x1A2B_3C4D as UInt32) + number(1 as UInt16) + number(0 as UInt16) + number(-1 as Int64) + options)
    }

    func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
        number(code) + number(UInt16(value.count)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    mutating func interface(link: UInt16 = 1, snapshot: UInt32 = 0, options: [UInt8] = []) {
        block(1, number(link) + number(0 as UInt16) + number(snapshot) + options)
    }

    private func padded(_ data: [UInt8]) -> [UInt8] { data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4) }

    private func stampAndLengths(_ ticks: UInt64, _ data: [UInt8], _ original: UInt32?) -> [UInt8] {
        number(UInt32(ticks >> 32)) + number(UInt32(truncatingIfNeeded: ticks)) + number(UInt32(data.count))
            + number(original ?? UInt32(data.count))
    }

    mutating func enhanced(
        _ interface: UInt32 = 0, ticks: UInt64, _ data: [UInt8], original: UInt32? = nil, options: [UInt8] = []
    ) {
        block(6, number(interface) + stampAndLengths(ticks, data, original) + padded(data) + options, frames: 1)
    }

    mutating func obsolete(_ interface: UInt16, ticks: UInt64, _ data: [UInt8]) {
        block(2, number(interface) + number(7 as UInt16) + stampAndLengths(ticks, data, nil) + padded(data), frames: 1)
    }

    mutating func simple(_ data: [UInt8], original: UInt32? = nil) {
        block(3, number(original ?? UInt32(data.count)) + padded(data), frames: 1)
    }

    /// A small file with a block of every kind.
    static func allBlocks(_ order: ByteOrder) -> HandMade {
        var file = HandMade(order)
        file.section(options: file.option(4, Array("by hand".utf8)) + file.option(0, []))
        file.interface(options: file.option(2, Array("left".utf8)) + file.option(9, [9]) + file.option(0, []))
        file.enhanced(ticks: moment, [1, 2, 3, 4, 5], options: file.option(1, Array("a comment".utf8)))
        file.block(4, [0, 0, 0, 0])  // names
        file.interface(snapshot: 65_535, options: file.option(2, Array("right".utf8)))
        file.enhanced(1, ticks: 1_714_979_289_123_456, [6])
        file.block(0x0BAD, [1, 2, 3, 4, 5, 6, 7, 8])  // custom
        file.simple([7, 8, 9])
        file.obsolete(1, ticks: 1_714_979_289_123_457, [10, 11])
        file.block(5, file.number(0 as UInt32) + file.number(0 as UInt64))  // statistics
        return file
    }
}
