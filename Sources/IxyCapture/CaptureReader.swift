package import IxyHardware
import IxySystem

/// Reads the frames of a pcap or pcapng file in order, in constant memory and without an allocation per frame.
///
/// ```swift
/// var capture = try CaptureReader(path: "a.pcapng")
/// while let record = try capture.next() {
///     use(capture.bytes, record.stamp)
/// }
/// ```
///
/// The file is not trusted: every length is checked before it is used, and what contradicts the format is an error
/// that names its byte offset. Frames before it were delivered.
public struct CaptureReader: ~Copyable, Sendable {
    var source: ByteSource
    /// The file's format.
    public internal(set) var format: CaptureFormat
    /// The interfaces so far: of the whole file for pcap, of the current section for pcapng
    /// (draft-ietf-opsawg-pcapng §4.1). An interface is here before the first of its frames.
    public internal(set) var interfaces: [CaptureInterface] = []
    /// How many frames were delivered.
    public private(set) var frameCount = 0

    /// The place of the current frame in the source's window.
    private var frame = 0..<0
    /// The error that ended the reading, repeated by every later call.
    private var failure: CaptureError?

    /// Opens a file and reads its header.
    ///
    /// - Parameter path: the file, or `-` for standard input.
    /// - Throws: `cannotOpen`, `cannotRead`, `notACapture`, `truncated` or `corrupt`.
    public init(path: String) throws(CaptureError) {
        let name = path == "-" ? "standard input" : path
        let file: FileDescriptor
        do {
            file = path == "-" ? try .standardInput() : try .reading(path)
        } catch {
            throw .cannotOpen(file: name, reason: error.systemText)
        }
        try self.init(source: ByteSource(file: file, name: name))
    }

    /// Reads a file that somebody else opened.
    ///
    /// - Parameter name: what errors call it.
    /// - Throws: `cannotRead`, `notACapture`, `truncated` or `corrupt`.
    package init(file: consuming FileDescriptor, name: String) throws(CaptureError) {
        try self.init(source: ByteSource(file: file, name: name))
    }

    /// Reads a capture that is in memory.
    ///
    /// - Parameter name: what errors call it.
    /// - Throws: `notACapture`, `truncated` or `corrupt`.
    public init(bytes: [UInt8], name: String = "the capture in memory") throws(CaptureError) {
        try self.init(source: ByteSource(bytes: bytes, name: name))
    }

    private init(source: consuming ByteSource) throws(CaptureError) {
        self.source = source
        format = .pcapng
        try readFileHeader()
    }

    /// Goes on to the next frame.
    ///
    /// - Returns: what the file tells of it, or nil at the file's end.
    /// - Throws: `cannotRead`, `truncated` or `corrupt`; then every later call throws the same.
    public mutating func next() throws(CaptureError) -> CaptureRecord? {
        frame = 0..<0
        if let failure { throw failure }
        do {
            let found =
                switch format {
                case .pcap(let precision): try nextPcapRecord(precision)
                case .pcapng: try nextPacketBlock()
                }
            guard let found else { return nil }
            frame = found.place..<found.place + found.record.capturedLength
            frameCount += 1
            return found.record
        } catch {
            failure = error
            throw error
        }
    }

    /// The bytes of the frame that ``next()`` has just told of; empty before the first frame and after the last.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { source.window.extracting(frame) }
    }

    /// A record, and where the source's window has its bytes.
    struct Found {
        var record: CaptureRecord
        var place: Int
    }

    /// Makes sure that the next `count` bytes are in memory.
    ///
    /// - Parameter piece: what they belong to and where it starts, for the error when the file ends before.
    mutating func require(_ count: Int, of piece: String, at offset: Int) throws(CaptureError) {
        let there = try source.fill(count)
        guard there >= count else { throw truncated(piece, at: offset, end: source.offset + there) }
    }

    func truncated(_ piece: String, at offset: Int, end: Int) -> CaptureError {
        .truncated(file: source.name, offset: offset, end: end, piece: piece, framesRead: frameCount)
    }

    func corrupt(_ problem: String, at offset: Int) -> CaptureError {
        .corrupt(file: source.name, offset: offset, problem: problem, framesRead: frameCount)
    }
}
