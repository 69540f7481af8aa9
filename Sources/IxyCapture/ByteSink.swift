internal import IxyHardware

/// Bytes on their way to a file, collected so that the system is called once in hundreds of frames.
///
/// The bytes appended between two calls of `endPiece()` are one piece (the headers, or one frame with its header). The
/// sink writes whole pieces only, and when the system takes but a part of them it cuts the file back to the last
/// complete one. The first piece is the headers; until they are written the file is left as it was.
struct ByteSink: ~Copyable {
    /// Room for the largest piece, and as much again so that writes stay large: 640 KiB.
    static let capacity = 2 * CaptureLimits.blockLength

    let name: String
    private let order: ByteOrder
    private var file: OutputFile?
    private var buffer = [UInt8](repeating: 0, count: capacity)
    /// Bytes of `buffer` in use.
    private var count = 0
    /// The bytes of each piece in `buffer`, in order; its room is reserved, so that appending does not allocate.
    private var pieces: [Int32] = []
    /// Bytes of `buffer` that `pieces` accounts for.
    private var pieceEnd = 0
    /// Pieces that the file has for certain.
    private var piecesWritten = 0
    /// The error that ended the writing, repeated by every later call.
    private(set) var failure: CaptureError?

    /// The shortest piece is a classic record of an empty frame, 16 bytes; more pieces than this are written early.
    private static let mostPieces = 16_384

    init(file: consuming OutputFile, name: String, order: ByteOrder) {
        self.file = consume file
        self.name = name
        self.order = order
        pieces.reserveCapacity(Self.mostPieces)
    }

    /// Makes room for a piece of `size` bytes, by writing out what is there if need be.
    mutating func reserve(_ size: Int) throws(CaptureError) {
        if let failure { throw failure }
        precondition(size <= Self.capacity, "a piece larger than the buffer")
        if size > Self.capacity - count || pieces.count == Self.mostPieces { try flush() }
    }

    /// Ends the piece that was appended since the last call.
    mutating func endPiece() {
        pieces.append(Int32(count - pieceEnd))
        pieceEnd = count
    }

    deinit {
        // Headers alone say nothing. Nobody is left to tell of an error; `close` is there for those who want to know.
        let isWorthIt = failure == nil && piecesWritten + pieces.count > 1
        let written = piecesWritten + (isWorthIt ? drain().written : 0)
        if written == 0 { file?.discard() }
    }

    /// Writes out all pieces. When the file takes no more, it is cut back to the last complete piece.
    mutating func flush() throws(CaptureError) {
        if let failure { throw failure }
        let (written, failed) = drain()
        piecesWritten += written
        if let failed {
            failure = failed
            throw failed
        }
        pieces.removeAll(keepingCapacity: true)
        pieceEnd = 0
        count = 0
    }

    /// Gives the pieces to the system, without noting it here: it must work in `deinit`, where nothing can be changed.
    ///
    /// - Returns: how many of the pieces are in the file now, and why they are not all.
    private func drain() -> (written: Int, failure: CaptureError?) {
        guard pieceEnd > 0 else { return (0, nil) }
        var written = 0
        do {
            if piecesWritten == 0 { try file?.empty(subject: name) }
            try file?.write(buffer.span.rawBytes.extracting(0..<pieceEnd), written: &written, subject: name)
            return (pieces.count, nil)
        } catch {
            var complete = 0
            var whole = 0
            for piece in pieces {
                guard complete + Int(piece) <= written else { break }
                complete += Int(piece)
                whole += 1
            }
            let cut = file?.dropLast(written - complete) ?? false
            // The first piece is the headers.
            let kept = cut ? max(0, piecesWritten + whole - 1) : nil
            return (whole, .cannotWrite(file: name, reason: error.systemText, framesKept: kept))
        }
    }

    /// Writes out all pieces and closes the file.
    mutating func close() throws(CaptureError) {
        try flush()
        guard let file = file.take() else { return }
        do {
            try file.closeReporting(subject: name)
        } catch {
            // The file is closed: it can neither be cut nor looked at any more.
            let failed = CaptureError.cannotWrite(file: name, reason: error.systemText, framesKept: nil)
            failure = failed
            throw failed
        }
    }

    /// Appends a byte.
    mutating func append(_ value: UInt8) {
        store(value, size: 1)
    }

    /// Appends a number of 16 bits.
    mutating func append(_ value: UInt16) {
        store(order == .littleEndian ? value.littleEndian : value.bigEndian, size: 2)
    }

    /// Appends a number of 32 bits.
    mutating func append(_ value: UInt32) {
        store(order == .littleEndian ? value.littleEndian : value.bigEndian, size: 4)
    }

    /// Appends a number of 64 bits.
    mutating func append(_ value: UInt64) {
        store(order == .littleEndian ? value.littleEndian : value.bigEndian, size: 8)
    }

    /// Appends bytes as they are.
    mutating func append(_ bytes: borrowing RawSpan) {
        let start = count
        Self.copy(bytes, to: &buffer, at: start)
        count += bytes.byteCount
    }

    /// Appends `count` zeros.
    mutating func appendZeros(_ count: Int) {
        for _ in 0..<count { store(0 as UInt8, size: 1) }
    }

    private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, size: Int) {
        let start = count
        Self.store(value, to: &buffer, at: start)
        count += size
    }

    // Static, because a span of the buffer in a method would keep all of `self` to itself.
    private static func copy(_ bytes: borrowing RawSpan, to buffer: inout [UInt8], at offset: Int) {
        var span = buffer.mutableSpan
        var target = span.mutableRawBytes
        target.copy(bytes, at: offset)
    }

    private static func store<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, to buffer: inout [UInt8], at offset: Int
    ) {
        var span = buffer.mutableSpan
        var target = span.mutableRawBytes
        target.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }
}
