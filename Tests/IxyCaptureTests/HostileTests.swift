import IxyCapture
import TestSupport
import Testing

@Suite struct HostileTests {
    /// Small files of every format and byte order, with the ends of their pieces.
    static func smallFiles() -> [HandMade] {
        var files: [HandMade] = []
        for order in [ByteOrder.littleEndian, .bigEndian] {
            for magic: UInt32 in [0xA1B2_C3D4, 0xA1B2_3C4D] {
                var file = HandMade(order)
                file.pcapHeader(magic: magic)
                for length in 0..<6 { file.pcapRecord(9, UInt32(length), [UInt8](repeating: 7, count: length)) }
                files.append(file)
            }
            files.append(.allBlocks(order))
        }
        return files
    }

    @Test func aFileCutAnywhereGivesAllCompleteFrames() throws {
        let folder = try Folder()
        for file in Self.smallFiles() {
            let whole = Reading(file.bytes)
            #expect(whole.error == nil)
            for end in 0..<file.bytes.count {
                let cut = Array(file.bytes[..<end])
                let last = file.boundaries.last { $0.end <= end }
                for reading in [Reading(cut), try { try folder.put(cut, "cut"); return Reading(path: folder / "cut") }()] {
                    #expect(reading.frames == Array(whole.frames.prefix(last?.frames ?? 0)))
                    if let last, last.end == end {
                        #expect(reading.error == nil)
                    } else if case .truncated(_, let offset, let found, _, let frames)? = reading.error {
                        #expect(offset == last?.end ?? 0)
                        #expect(found == end)
                        #expect(frames == reading.frames.count)
                    } else {
                        Issue.record("cut at \(end): \(String(describing: reading.error))")
                    }
                }
            }
        }
    }

    @Test func theErrorOfACutFileIsOneSentence() {
        var file = HandMade(.littleEndian)
        file.pcapHeader(magic: 0xA1B2_C3D4)
        file.pcapRecord(1, 2, [1, 2, 3])
        file.pcapRecord(1, 3, [1, 2, 3])
        #expect(
            Reading(file.bytes.dropLast()).error.map { "\($0)" }
                == "test ends at offset 61, in the middle of the record at offset 43; "
                + "the frame before it is intact; record or copy it again")
    }

    @Test func anErrorStays() throws {
        let bytes = Array(HandMade.allBlocks(.littleEndian).bytes.dropLast())
        var reader = try CaptureReader(bytes: bytes)
        var errors: [CaptureError] = []
        while errors.count < 3 {
            do {
                _ = try reader.next()
            } catch {
                errors.append(error)
                #expect(reader.bytes.byteCount == 0)
            }
        }
        #expect(errors == [errors[0], errors[0], errors[0]])
    }

    @Test func theEndStays() throws {
        var reader = try CaptureReader(bytes: HandMade.allBlocks(.littleEndian).bytes)
        while try reader.next() != nil {}
        #expect(try reader.next() == nil)
        #expect(reader.bytes.byteCount == 0)
        #expect(reader.frameCount == 4)
    }

    @Test func changedBytesNeverTrap() throws {
        let folder = try Folder()
        var chance = Chance(state: 2)
        let words: [UInt32] = [0, 1, 2, 3, 4, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFF, 262_144, 327_680]
        for file in Self.smallFiles() {
            for round in 0..<4000 {
                var bytes = file.bytes
                for _ in 0..<Int.random(in: 1...4, using: &chance) {
                    let at = Int.random(in: 0..<bytes.count, using: &chance)
                    if Bool.random(using: &chance) || at + 4 > bytes.count {
                        bytes[at] = UInt8.random(in: 0...255, using: &chance)
                    } else {
                        bytes.replaceSubrange(at..<at + 4, with: file.number(words.randomElement(using: &chance)!))
                    }
                }
                let reading = Reading(bytes)
                #expect(reading.frames.count <= bytes.count / 16)
                // The window that moves over a file gives what the memory gives.
                if round % 20 == 0 {
                    try folder.put(bytes, "changed")
                    #expect(Reading(path: folder / "changed").frames == reading.frames)
                }
            }
        }
    }

    @Test(arguments: [
        ("/nonexistent/a.pcap", "/nonexistent/a.pcap cannot be opened: No such file or directory; "),
        ("/", "/ cannot be read at offset 0: Is a directory; "),
        ("/dev/null", "/dev/null ends at offset 0, in the middle of the file header at offset 0; "),
    ])
    func filesThatAreNoneGiveASentence(_ path: String, _ sentence: String) {
        #expect(Reading(path: path).error.map { "\($0)".hasPrefix(sentence) } == true)
    }
}
