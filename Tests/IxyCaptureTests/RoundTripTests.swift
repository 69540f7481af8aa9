import Foundation
import IxyCapture
import IxyHardware
import IxySystem
import TestSupport
import Testing

@Suite struct RoundTripTests {
    static let formats: [CaptureFormat] = [.pcap(.microseconds), .pcap(.nanoseconds), .pcapng]

    @Test(arguments: formats, [ByteOrder.littleEndian, .bigEndian])
    func everyLengthComesBack(_ format: CaptureFormat, _ order: ByteOrder) throws {
        let folder = try Folder()
        // More than twice the buffers of both sides.
        let frames = edgeFrames() + edgeFrames()
        try write(frames, to: folder / "file", format, order: order)
        let reading = Reading(path: folder / "file")
        #expect(reading.error == nil)
        #expect(reading.format == format)
        let expected =
            format == .pcap(.microseconds)
            ? frames.map { Frame($0.bytes, stamp: $0.stamp! / 1000 * 1000, original: $0.original) } : frames
        #expect(reading.frames == expected)
        #expect(Reading(try folder.contents("file")).frames == expected)
    }

    /// More than the writer counts between two calls of the system.
    @Test func manySmallFramesComeBack() throws {
        let folder = try Folder()
        let frames = (0..<20_000).map { Frame([UInt8(truncatingIfNeeded: $0)], stamp: UInt64($0)) }
        for format in Self.formats.dropFirst() {
            try write(frames, to: folder / "file", format)
            #expect(Reading(path: folder / "file").frames == frames)
        }
    }

    @Test func interfacesAreToldApart() throws {
        let folder = try Folder()
        let frames = edgeFrames(interfaces: 3)
        let interfaces = ["left", "rechts äöü", ""].map { CaptureInterface(name: $0) }
        try write(frames, to: folder / "file", .pcapng, interfaces: interfaces)
        let reading = Reading(path: folder / "file")
        #expect(reading.frames == frames)
        #expect(reading.interfaces == interfaces)
    }

    @Test func asManyInterfacesAsThereMayBe() throws {
        let folder = try Folder()
        let interfaces = (0..<1024).map { _ in CaptureInterface(name: String(repeating: "x", count: 300)) }
        let frames = [Frame([1], stamp: 1, interface: 1023)]
        try write(frames, to: folder / "file", .pcapng, interfaces: interfaces)
        #expect(Reading(path: folder / "file").frames == frames)
    }

    @Test(arguments: formats)
    func aFileWithoutFramesComesBack(_ format: CaptureFormat) throws {
        let folder = try Folder()
        try write([], to: folder / "file", format)
        let reading = Reading(path: folder / "file")
        #expect(reading.error == nil)
        #expect(reading.format == format)
        #expect(reading.frames.isEmpty)
    }

    @Test func aWriterThatIsDroppedWritesWhatItHas() throws {
        let folder = try Folder()
        do {
            var writer = try CaptureWriter(path: folder / "file.pcap")
            try writer.write([1, 2, 3].span.rawBytes, stamp: 4)
        }
        #expect(Reading(path: folder / "file.pcap").frames == [Frame([1, 2, 3], stamp: 4)])
    }

    @Test func flushedFramesAreInTheFile() throws {
        let folder = try Folder()
        var writer = try CaptureWriter(path: folder / "file.pcapng")
        try writer.write([1, 2, 3].span.rawBytes, stamp: 4)
        try writer.flush()
        #expect(Reading(path: folder / "file.pcapng").frames == [Frame([1, 2, 3], stamp: 4)])
        try writer.write([5].span.rawBytes, stamp: 6)
        try writer.finish()
        #expect(Reading(path: folder / "file.pcapng").frames == [Frame([1, 2, 3], stamp: 4), Frame([5], stamp: 6)])
    }

    /// A pipe gives a few bytes at a time, and a frame's bytes come in many pieces.
    @Test func aPipeIsReadAsAFileIs() throws {
        let folder = try Folder()
        let frames = edgeFrames()
        try write(frames, to: folder / "file", .pcapng)
        let pipe = Pipe()
        let dd = Process()
        dd.executableURL = URL(fileURLWithPath: "/bin/dd")
        dd.arguments = ["if=\(folder / "file")", "bs=1777", "status=none"]
        dd.standardOutput = pipe
        try dd.run()
        let reading = Reading(file: FileDescriptor(adopting: dup(pipe.fileHandleForReading.fileDescriptor)))
        dd.waitUntilExit()
        #expect(reading.error == nil)
        #expect(reading.frames == frames)
    }

    @Test func theEndingOfANameChoosesTheFormat() {
        #expect(CaptureFormat(suiting: "a.pcap") == .pcap(.nanoseconds))
        #expect(CaptureFormat(suiting: "a.pcapng") == .pcapng)
        #expect(CaptureFormat(suiting: "-") == .pcapng)
    }
}
