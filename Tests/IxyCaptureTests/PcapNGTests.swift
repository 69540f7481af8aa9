@testable import IxyCapture
import Testing

@Suite struct PcapNGTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func everyKindOfBlock(_ order: ByteOrder) {
        let reading = Reading(HandMade.allBlocks(order).bytes)
        #expect(reading.error == nil)
        #expect(reading.format == .pcapng)
        #expect(
            reading.frames == [
                Frame([1, 2, 3, 4, 5], stamp: moment),
                Frame([6], stamp: 1_714_979_289_123_456_000, interface: 1),
                Frame([7, 8, 9], stamp: nil),
                Frame([10, 11], stamp: 1_714_979_289_123_457_000, interface: 1),
            ])
        #expect(reading.interfaces.map(\.name) == ["left", "right"])
        #expect(reading.interfaces.map(\.snapshotLength) == [0, 65_535])
    }

    @Test func sectionsOfBothByteOrders() {
        let little = HandMade.allBlocks(.littleEndian).bytes
        let big = HandMade.allBlocks(.bigEndian).bytes
        let reading = Reading(little + big + little)
        #expect(reading.error == nil)
        #expect(reading.frames == Reading(little).frames + Reading(big).frames + Reading(little).frames)
        #expect(reading.interfaces.count == 2)
    }

    @Test(arguments: [
        (6, 0, 1_500_000, 1_500_000_000), (9, 0, 7, 7), (0, 0, 3, 3_000_000_000), (12, 0, 7_999, 7),
        (28, 0, UInt64.max, 1), (29, 0, UInt64.max, 0), (127, 0, UInt64.max, 0), (0x80, 0, 3, 3_000_000_000),
        (0x8A, 0, 1536, 1_500_000_000), (0x80 + 30, 0, 1 << 62, 4_294_967_296_000_000_000),
        (0x80 + 127, 0, UInt64.max, 0), (9, 5, 7, 5_000_000_007), (9, -1, 1_000_000_007, 7), (9, 0, .max, .max),
    ] as [(UInt8, Int64, UInt64, UInt64)])
    func stampsOfEveryClock(_ resolution: UInt8, _ offset: Int64, _ ticks: UInt64, _ nanoseconds: UInt64) {
        var file = HandMade(.bigEndian)
        file.section()
        let offsetBytes = file.number(offset)
        file.interface(options: file.option(9, [resolution]) + file.option(14, offsetBytes) + file.option(0, []))
        file.enhanced(ticks: ticks, [1])
        let reading = Reading(file.bytes)
        #expect(reading.error == nil)
        #expect(reading.frames.map(\.stamp) == [nanoseconds])
    }

    @Test(arguments: [
        (0, 0, UInt64.max), (9, 1, .max), (9, -1, 0), (9, .max, 0), (9, .min, 0), (0x80, 0, .max), (0, 0, 18_446_744_074),
    ] as [(UInt8, Int64, UInt64)])
    func stampsBeyondOurRangeAreErrors(_ resolution: UInt8, _ offset: Int64, _ ticks: UInt64) {
        var file = HandMade(.littleEndian)
        file.section()
        file.interface(options: file.option(9, [resolution]) + file.option(14, file.number(offset)))
        let start = file.bytes.count
        file.enhanced(ticks: ticks, [1])
        #expect(
            Reading(file.bytes).error
                == .corrupt(
                    file: "test", offset: start + 12, problem: "a time stamp outside of the years 1970 to 2554",
                    framesRead: 0))
    }

    @Test func simplePacketsAreCutAtTheSnapshotLength() {
        var file = HandMade(.littleEndian)
        file.section()
        file.interface(snapshot: 3)
        file.simple([1, 2, 3], original: 100)
        file.simple([4])
        let reading = Reading(file.bytes)
        #expect(reading.error == nil)
        #expect(reading.frames == [Frame([1, 2, 3], stamp: nil, original: 100), Frame([4], stamp: nil)])
    }

    @Test func skippedBlocksMayHaveAnyLength() {
        var file = HandMade(.littleEndian)
        file.section(options: (0..<20).flatMap { _ in file.option(1, [UInt8](repeating: 65, count: 60_000)) })
        file.interface()
        file.block(10, [UInt8](repeating: 1, count: 3_000_000))
        file.enhanced(ticks: 1, [1, 2])
        #expect(Reading(file.bytes).frames == [Frame([1, 2], stamp: 1000)])
    }

    /// Each row breaks one word of a file: what is added after a section and an interface, and where the error is.
    @Test func contradictionsAreErrorsAtTheirOffset() {
        func check(_ distance: Int, _ problem: String, _ change: (inout HandMade) -> Void) {
            var file = HandMade(.littleEndian)
            file.section()
            file.interface()
            file.enhanced(ticks: 1, [1])
            let start = file.bytes.count
            change(&file)
            let reading = Reading(file.bytes)
            #expect(reading.frames.count == 1)
            guard case .corrupt(_, let offset, let text, 1)? = reading.error else {
                Issue.record("\(problem): \(String(describing: reading.error))")
                return
            }
            #expect(offset == start + distance)
            #expect(text.contains(problem))
        }
        check(4, "no multiple of 4") { $0.add($0.number(9 as UInt32) + $0.number(13 as UInt32)) }
        check(4, "no multiple of 4") { $0.add($0.number(9 as UInt32) + $0.number(8 as UInt32)) }
        check(4, "outside of 32") { $0.block(6, [0, 0, 0, 0]) }
        check(4, "outside of 32") { $0.add($0.number(6 as UInt32) + $0.number(0xFFFF_FFFC as UInt32)) }
        check(8, "interface 1") { $0.enhanced(1, ticks: 1, [1]) }
        check(8, "interface 65535") { $0.obsolete(65_535, ticks: 1, [1]) }
        check(20, "a frame of 5 bytes in a block of 36") {
            let at = $0.bytes.count
            $0.enhanced(ticks: 1, [1])
            $0.bytes[at + 20] = 5
        }
        check(20, "a frame of 4294967295 bytes") {
            let at = $0.bytes.count
            $0.enhanced(ticks: 1, [1])
            for index in 20..<24 { $0.bytes[at + index] = 0xFF }
        }
        check(8, "a frame of 9 bytes in a block of 20") { $0.simple([1], original: 9) }
        check(32, "at its end") {
            $0.enhanced(ticks: 1, [1])
            $0.bytes[$0.bytes.count - 4] = 0
        }
        check(12, "at its end") {
            $0.block(99, [1, 2, 3, 4])
            $0.bytes[$0.bytes.count - 4] = 0
        }
        check(16, "overruns") { $0.interface(options: $0.number(2 as UInt16) + $0.number(9 as UInt16) + [1, 2, 3, 4]) }
        check(16, "option 9 has 2 bytes") { $0.interface(options: $0.option(9, [1, 2])) }
        check(8, "byte-order magic") {
            let at = $0.bytes.count
            $0.section()
            $0.bytes[at + 8] = 0
        }
        check(12, "version 2.0") {
            let at = $0.bytes.count
            $0.section()
            $0.bytes[at + 12] = 2
        }
        check(4, "section header of 24") {
            let at = $0.bytes.count
            $0.section()
            $0.bytes[at + 4] = 24
        }
    }

    @Test func aSectionOfNothingButInterfacesIsStopped() {
        var file = HandMade(.littleEndian)
        file.section()
        for _ in 0..<4096 { file.interface() }
        #expect(Reading(file.bytes).error == nil)
        let end = file.bytes.count
        file.interface()
        #expect(
            Reading(file.bytes).error
                == .corrupt(
                    file: "test", offset: end, problem: "more than 4096 interfaces in one section", framesRead: 0))
    }

    @Test func longNamesAreCut() {
        var file = HandMade(.littleEndian)
        file.section()
        file.interface(options: file.option(2, [UInt8](repeating: 0x61, count: 60_000)))
        file.interface(options: file.option(2, [0xFF, 0x61]))
        let reading = Reading(file.bytes)
        #expect(reading.error == nil)
        #expect(reading.interfaces.map(\.name) == [String(repeating: "a", count: 255), "\u{FFFD}a"])
    }
}
