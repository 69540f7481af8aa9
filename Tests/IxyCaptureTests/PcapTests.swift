import IxyCapture
import TestSupport
import Testing

@Suite struct PcapTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func handMadeMicroseconds(_ order: ByteOrder) {
        var file = HandMade(order)
        file.pcapHeader(magic: 0xA1B2_C3D4)
        file.pcapRecord(1_714_979_289, 123_456, [1, 2, 3], original: 60)
        file.pcapRecord(0xFFFF_FFFF, 999_999, [])
        let reading = Reading(file.bytes)
        #expect(reading.error == nil)
        #expect(reading.format == .pcap(.microseconds))
        #expect(
            reading.frames == [
                Frame([1, 2, 3], stamp: 1_714_979_289_123_456_000, original: 60),
                Frame([], stamp: 4_294_967_295_999_999_000),
            ])
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func handMadeNanoseconds(_ order: ByteOrder) {
        var file = HandMade(order)
        // The upper half of the link type tells of a check sequence.
        file.pcapHeader(magic: 0xA1B2_3C4D, link: 0x2400_0001)
        file.pcapRecord(1_714_979_289, 123_456_789, [1, 2, 3])
        let reading = Reading(file.bytes)
        #expect(reading.error == nil)
        #expect(reading.format == .pcap(.nanoseconds))
        #expect(reading.frames == [Frame([1, 2, 3], stamp: moment)])
        #expect(reading.interfaces.map(\.linkType) == [.ethernet])
    }

    @Test func theWriterWritesTheseBytes() throws {
        let folder = try Folder()
        try write([Frame([0xAA, 0xBB], stamp: moment, original: 60)], to: folder / "a.pcap", .pcap(.nanoseconds))
        var file = HandMade(.littleEndian)
        file.pcapHeader(magic: 0xA1B2_3C4D)
        file.bytes[16...19] = [0, 0, 4, 0]
        file.pcapRecord(1_714_979_289, 123_456_789, [0xAA, 0xBB], original: 60)
        #expect(try folder.contents("a.pcap") == file.bytes)
    }

    @Test func anOriginalLengthThatIsTooSmallIsRaised() {
        var file = HandMade(.littleEndian)
        file.pcapHeader(magic: 0xA1B2_C3D4)
        file.pcapRecord(1, 0, [1, 2, 3], original: 0)
        #expect(Reading(file.bytes).frames == [Frame([1, 2, 3], stamp: 1_000_000_000)])
    }

    @Test func aLengthBeyondTheLimitIsAnErrorAtItsOffset() {
        var file = HandMade(.littleEndian)
        file.pcapHeader(magic: 0xA1B2_C3D4)
        file.pcapRecord(1, 0, [1, 2, 3, 4])
        file.add([2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 4, 0, 1, 0, 4, 0])
        let reading = Reading(file.bytes)
        #expect(reading.frames.count == 1)
        #expect(
            reading.error.map { "\($0)" }
                == "test is damaged at offset 52: a frame of 262145 bytes, more than 262144; "
                + "the frame before it is intact; record or copy it again")
    }

    @Test func anotherVersionIsAnError() {
        var file = HandMade(.bigEndian)
        file.pcapHeader(magic: 0xA1B2_C3D4, version: (2, 3))
        #expect(
            Reading(file.bytes).error
                == .corrupt(file: "test", offset: 4, problem: "version 2.3 instead of 2.4", framesRead: 0))
    }

    @Test(arguments: [
        ([0x1F, 0x8B, 8, 0], "gunzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0x34, 0xCD, 0xB2, 0xA1], "editcap"),
        ([0x7F, 0x45, 0x4C, 0x46], "tcpdump or Wireshark"),
    ] as [([UInt8], String)])
    func otherFilesAreNamed(_ bytes: [UInt8], _ hint: String) {
        guard case .notACapture(_, let remedy)? = Reading(bytes).error else {
            Issue.record("\(bytes) was taken for a capture")
            return
        }
        #expect(remedy.contains(hint))
    }
}
