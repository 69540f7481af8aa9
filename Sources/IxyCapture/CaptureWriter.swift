package import IxyHardware
import IxySystem

/// Writes frames to a pcap or pcapng file, in constant memory and without an allocation per frame.
///
/// ```swift
/// var capture = try CaptureWriter(path: "a.pcapng", interfaces: [CaptureInterface(name: "left")])
/// try capture.write(bytes, stamp: nanoseconds)
/// try capture.finish()
/// ```
///
/// A writer that ends without ``finish()`` writes what it holds all the same, but can tell nobody of an error. Without
/// a frame it leaves no trace: a file that it made is removed, and one that was there before keeps what it held. So a
/// program that fails before it has anything to write loses nothing.
///
/// Frames reach the file in whole records only. When the disk is full, the file is cut back to its last complete
/// frame, and remains a capture that every tool opens.
public struct CaptureWriter: ~Copyable, Sendable {
    var sink: ByteSink
    /// The file's format.
    public let format: CaptureFormat
    /// The interfaces that frames may belong to; a frame names its own by the index in this array.
    public let interfaces: [CaptureInterface]
    /// How many frames were taken. Only ``finish()`` and ``flush()`` show that they are in the file.
    public private(set) var frameCount = 0

    /// Makes a file and writes its header.
    ///
    /// - Parameters:
    ///   - path: the file, or `-` for standard output. A file that exists is replaced when the first bytes are written,
    ///     not before: by ``flush()``, by ``finish()``, or when many frames have gathered. A program that writes into
    ///     a pipe should ignore SIGPIPE: then a reader that went away is an error here instead of a sudden end.
    ///   - format: by default what the path's ending asks for.
    ///   - interfaces: one or more; exactly one for pcap, which cannot tell them apart.
    ///   - order: the byte order of the file's numbers.
    /// - Throws: `cannotOpen` or `invalid`.
    public init(
        path: String, format: CaptureFormat? = nil, interfaces: [CaptureInterface] = [CaptureInterface(name: "")],
        order: ByteOrder = .littleEndian
    ) throws(CaptureError) {
        let format = format ?? CaptureFormat(suiting: path)
        // Before the file is opened, because that empties it.
        try Self.check(format, interfaces)
        let name = path == "-" ? "standard output" : path
        let file: OutputFile
        do {
            file = path == "-" ? OutputFile(adopting: try .standardOutput()) : try .open(path)
        } catch {
            throw .cannotOpen(file: name, reason: error.systemText)
        }
        self.init(output: file, name: name, format: format, interfaces: interfaces, order: order)
    }

    /// Writes a file that somebody else opened, from its current position on.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - interfaces: as in ``init(path:format:interfaces:order:)``.
    /// - Throws: `invalid`.
    package init(
        file: consuming FileDescriptor, name: String, format: CaptureFormat,
        interfaces: [CaptureInterface] = [CaptureInterface(name: "")], order: ByteOrder = .littleEndian
    ) throws(CaptureError) {
        try Self.check(format, interfaces)
        self.init(
            output: OutputFile(adopting: file), name: name, format: format, interfaces: interfaces, order: order)
    }

    private init(
        output: consuming OutputFile, name: String, format: CaptureFormat, interfaces: [CaptureInterface],
        order: ByteOrder
    ) {
        self.format = format
        self.interfaces = interfaces
        sink = ByteSink(file: output, name: name, order: order)
        switch format {
        case .pcap(let precision): appendPcapHeader(precision)
        case .pcapng: appendSection()
        }
        sink.endPiece()
    }

    /// Adds a frame.
    ///
    /// - Parameters:
    ///   - bytes: what was kept of it, at most ``CaptureLimits/frameLength``.
    ///   - stamp: nanoseconds since 1970-01-01 00:00 UTC. pcap holds stamps before 2106-02-07.
    ///   - originalLength: its length on the wire, from `bytes.byteCount` on; nil says that nothing was cut off.
    ///   - interface: the index of its interface in ``interfaces``.
    /// - Throws: `invalid`, after which the next frame may be written, or `cannotWrite`, which every later call
    ///   repeats.
    public mutating func write(
        _ bytes: borrowing RawSpan, stamp: UInt64, originalLength: Int? = nil, interface: Int = 0
    ) throws(CaptureError) {
        let captured = bytes.byteCount
        guard captured <= CaptureLimits.frameLength else {
            throw .invalid(
                what: "a frame of \(captured) bytes does not fit into a capture",
                remedy: "write at most \(CaptureLimits.frameLength) bytes of it")
        }
        guard let original = UInt32(exactly: originalLength ?? captured), original >= captured else {
            throw .invalid(
                what: "\(originalLength ?? captured) is no original length of a frame with \(captured) captured bytes",
                remedy: "give the length that the frame had on the wire")
        }
        guard interfaces.indices.contains(interface) else {
            throw .invalid(
                what: "the capture has no interface \(interface)",
                remedy: "name all of its \(interfaces.count) interfaces when it is made")
        }
        switch format {
        case .pcap(let precision):
            try appendPcapRecord(bytes, stamp: stamp, original: original, precision)
        case .pcapng:
            try appendEnhancedPacket(bytes, stamp: stamp, original: original, interface: UInt32(interface))
        }
        frameCount += 1
    }

    /// Hands all frames so far to the system, for a reader that follows the file.
    ///
    /// - Throws: `cannotWrite`.
    public mutating func flush() throws(CaptureError) {
        try sink.flush()
    }

    /// Writes what is still in memory and closes the file.
    ///
    /// - Throws: `cannotWrite`: the capture is incomplete.
    public consuming func finish() throws(CaptureError) {
        try sink.close()
    }

    private static func check(_ format: CaptureFormat, _ interfaces: [CaptureInterface]) throws(CaptureError) {
        guard (1...CaptureLimits.writtenInterfaces).contains(interfaces.count) else {
            throw .invalid(
                what: "a capture of \(interfaces.count) interfaces cannot be written",
                remedy: "give 1 to \(CaptureLimits.writtenInterfaces)")
        }
        guard format == .pcapng || interfaces.count == 1 else {
            throw .invalid(
                what: "the pcap format cannot tell \(interfaces.count) interfaces apart",
                remedy: "use pcapng, or a file for each")
        }
    }
}
