import IxyHardware
import TestSupport
import Testing

@testable import ixy

@Suite struct SequenceCheckTests {
    /// The report on numbers that came in this order, in one flow through one queue.
    private func report(_ numbers: some Sequence<UInt64>) -> SequenceReport {
        var check = SequenceCheck(queues: 1)
        for number in numbers { check.note(number, flow: 7, queue: 0) }
        return check.report
    }

    @Test func allInOrder() {
        let report = report(5..<200_005)
        #expect(report.different == 200_000)
        #expect(report.lowest == 5)
        #expect(report.highest == 200_004)
        #expect(report.lost == 0)
        #expect(report.doubled == 0)
        #expect(report.reordered == 0)
    }

    @Test func nothing() {
        let report = report([])
        #expect(report.lost == 0)
        #expect(report.text.hasPrefix("sequence: 0 numbers; lost 0,"))
        #expect(report.json.contains("\"lowest\":null,\"highest\":null"))
    }

    @Test func gapsAreLost() {
        #expect(report([0, 1, 4, 5, 7]).lost == 3)
        #expect(report([10, 1_000_000_010]).lost == 999_999_999)
        #expect(report([0, .max]).lost == UInt64.max - 1)
    }

    @Test func lateIsReorderedAndNotLost() {
        let report = report([0, 1, 3, 4, 2, 5])
        #expect(report.lost == 0)
        #expect(report.reordered == 1)
        #expect(report.doubled == 0)
    }

    /// One that comes before all others still counts as the first.
    @Test func theLowestMayBeLate() {
        let report = report([8, 7, 9])
        #expect(report.lowest == 7)
        #expect(report.lost == 0)
        #expect(report.reordered == 1)
    }

    @Test func twiceIsDoubled() {
        let report = report([0, 1, 1, 2, 0, 3])
        #expect(report.different == 4)
        #expect(report.doubled == 2)
        #expect(report.reordered == 0)
        #expect(report.lost == 0)
    }

    /// All numbers twice, the second time from as far back as is still known: a bit that was forgotten too early or too late
    /// shows.
    @Test(arguments: [1, 63, 64, 65, 1 << 20 - 65])
    func theWindowKnowsWhatCame(_ back: UInt64) {
        var check = SequenceCheck(queues: 1)
        for number in 0..<UInt64(1 << 21) {
            check.note(number, flow: 0, queue: 0)
            if number >= back { check.note(number - back, flow: 0, queue: 0) }
        }
        #expect(check.report.different == 1 << 21)
        #expect(check.report.doubled == 1 << 21 - back)
        #expect(check.report.lost == 0)
    }

    /// Every other number, then those between: what was never there is not taken for doubled, also after the window has
    /// gone round.
    @Test(arguments: [0, 1 << 20, 1 << 40] as [UInt64])
    func theWindowForgetsWhatIsBehind(_ start: UInt64) {
        var check = SequenceCheck(queues: 1)
        for number in 0..<UInt64(1000) { check.note(number, flow: 0, queue: 0) }
        let first = start + 1000
        for number in stride(from: first, to: first + 200_000, by: 2) { check.note(number, flow: 0, queue: 0) }
        for number in stride(from: first + 1, to: first + 200_000, by: 2) { check.note(number, flow: 0, queue: 0) }
        #expect(check.report.doubled == 0)
        #expect(check.report.different == 201_000)
        #expect(check.report.lost == start)
        #expect(check.report.reordered == 100_000 - 1)
    }

    /// Numbers beyond the window are not known; they count against the sender, not for it.
    @Test func farBehindIsDoubled() {
        #expect(report([5, 1 << 21, 6]).doubled == 1)
    }

    /// Only frames of one flow through one queue have an order.
    @Test func flowsAndQueuesAreApart() {
        var check = SequenceCheck(queues: 2)
        check.note(10, flow: 1, queue: 0)
        check.note(9, flow: 2, queue: 0)
        check.note(8, flow: 1, queue: 1)
        #expect(check.report.reordered == 0)
        check.note(7, flow: 2, queue: 0)
        #expect(check.report.reordered == 1)
    }

    // MARK: Frames

    private func frame(_ fields: FrameTemplate.Fields, _ sequence: UInt64) -> [UInt8] {
        let template = FrameTemplate(fields)
        var packet = makePacket([UInt8](repeating: 0, count: template.count))
        template.write(to: &packet, sequence: sequence)
        return packet.array
    }

    private func read(_ frame: [UInt8]) -> NumberedFrame? { NumberedFrame(frame.span.rawBytes) }

    private func fields(_ count: Int, isIPv6: Bool) -> FrameTemplate.Fields {
        var fields = FrameTemplate.Fields()
        fields.count = count
        fields.flows = 3
        if isIPv6 { (fields.sourceIP, fields.targetIP) = ([UInt8](1...16), [UInt8](101...116)) }
        return fields
    }

    @Test(arguments: [(60, false), (61, false), (1514, false), (70, true), (71, true), (1514, true)])
    func whatIsGeneratedIsRead(_ count: Int, _ isIPv6: Bool) {
        for number in [0, 1, 2, 0xFFFF_FFFF, 0x0123_4567_89AB_CDEF, UInt64.max] {
            let read = read(frame(fields(count, isIPv6: isIPv6), number))
            #expect(read?.sequence == number)
            #expect(read?.flow == 1024 + UInt16(number % 3))
            #expect(read?.isIntact == true)
        }
    }

    /// Any changed bit of the datagram or its addresses is noticed; the rest of the frame is not looked at.
    @Test(arguments: [(60, false, 26), (70, true, 22)])
    func damageIsSeen(_ count: Int, _ isIPv6: Bool, _ addresses: Int) {
        let whole = frame(fields(count, isIPv6: isIPv6), 77)
        for offset in addresses..<count {
            var changed = whole
            changed[offset] ^= 1 << UInt8(offset % 8)
            #expect(read(changed)?.isIntact != true, "byte \(offset)")
        }
    }

    @Test func padding() {
        #expect(read(frame(fields(60, isIPv6: false), 5) + [1, 2, 3, 4])?.isIntact == true)
    }

    /// Any length, and anything in it: no trap, and no number without a whole datagram.
    @Test func otherFrames() {
        let whole = frame(fields(60, isIPv6: false), 5)
        for count in 0..<60 { #expect(read(Array(whole.prefix(count)))?.isIntact != true) }
        var check = SequenceCheck(queues: 1)
        var other = whole
        other[23] = 6
        check.note(other.span.rawBytes, queue: 0)
        #expect(check.report.withoutNumber == 1)
        other = whole
        other[59] ^= 1
        check.note(other.span.rawBytes, queue: 0)
        #expect(check.report.damaged == 1)
        check.note(whole.span.rawBytes, queue: 0)
        #expect(check.report.different == 1)
        #expect(check.report.lowest == 5)
    }
}
