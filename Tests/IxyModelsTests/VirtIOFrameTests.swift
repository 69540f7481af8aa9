import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Frames and buffers that a driver gets wrong, and offloads that it gets right.
@Suite struct VirtIOFrameTests {
    typealias Element = HandMadePackedRing.Element

    /// Exactly one violation; the queue goes on.
    private func violation(
        _ text: String, _ section: String, _ features: VirtIO.Features = .version1, isSent: Bool = false,
        after mistake: (HandMadeDriver) -> Void
    ) throws {
        for features in [features, features.union(.packedRing)] {
            let driver = try HandMadeDriver.started(features)
            mistake(driver)
            driver.device.step()
            let found = driver.violations
            #expect(found.count == 1 && found.first?.contains(text) == true, "\(found)")
            #expect(found.first?.hasSuffix("§\(section))") == true, "\(found)")
            #expect(driver.sink.count == (isSent ? 1 : 0))
            driver.send(testFrame())
            driver.device.step()
            #expect(driver.sink.count == (isSent ? 2 : 1))
            #expect(driver.rings[1]!.takeUsed().count >= 1)
        }
    }

    private func header(
        flags: UInt8 = 0, kind: UInt8 = 0, size: UInt8 = 0, start: UInt8 = 0, offset: UInt8 = 0, buffers: UInt8 = 0
    ) -> [UInt8] {
        [flags, kind, 0, 0, size, 0, start, 0, offset, 0, buffers, 0]
    }

    // MARK: Frames that a driver may not send

    @Test func memoryToWrite() throws {
        try violation("with memory to write", "5.1.6.2") { driver in
            _ = driver.rings[1]!.give([Element(address: driver.memory.buffer(0), count: 72, flags: 2)])
        }
        try violation("with memory to write", "5.1.6.2") { driver in
            _ = driver.rings[1]!.give([
                Element(address: driver.memory.buffer(0), count: 72),
                Element(address: driver.memory.buffer(1), count: 1, flags: 2),
            ])
        }
    }

    @Test func fewerBytesThanTheHeader() throws {
        try violation("11 bytes to send", "5.1.6.2") { driver in
            _ = driver.rings[1]!.give([Element(address: driver.memory.buffer(0), count: 11)])
        }
    }

    @Test func noWholeEthernetHeader() throws {
        try violation("a frame of 13 bytes", "5.1.6.2") { $0.send(Array(testFrame().prefix(13))) }
    }

    @Test func memoryThatIsNotMapped() throws {
        for (address, count) in [(UInt64(0x1000), 72), (0, 8192)] {
            for features: VirtIO.Features in [.version1, [.version1, .packedRing]] {
                let driver = try HandMadeDriver.started(features)
                // The second one begins in mapped memory and ends beyond it.
                let place = address == 0 ? driver.memory.base + 0x40000 - 4096 : address
                _ = driver.rings[1]!.give([Element(address: place, count: count)])
                _ = driver.rings[0]!.give([Element(address: place, count: count, flags: 2)])
                driver.device.attach(source: FrameList([testFrame(count: address == 0 ? 6000 : 60)]))
                driver.device.step()
                let section = features.contains(.packedRing) ? "2.8.4" : "2.7.5"
                #expect(driver.violations == [1, 0].map { queue in
                    "queue \(queue): a buffer is outside of mapped memory (VirtIO 1.2 §\(section))"
                })
                #expect(driver.sink.count == 0)
            }
        }
    }

    @Test func headersThatMeanWhatWasNotNegotiated() throws {
        let section = "5.1.6.2.1"
        try violation("num_buffers of a frame to send is 1", section, isSent: true) {
            $0.send(testFrame(), header: header(buffers: 1))
        }
        try violation("flags of a frame to send are 0x2", section, isSent: true) {
            $0.send(testFrame(), header: header(flags: 2))
        }
        try violation("a checksum to finish, which was not negotiated", section) {
            $0.send(testFrame(), header: header(flags: 1, start: 14, offset: 6))
        }
        try violation("lies beyond the frame's 60 bytes", section, [.version1, .checksum]) {
            $0.send(testFrame(), header: header(flags: 1, start: 50, offset: 9))
        }
        try violation("segmentation without a checksum", section, [.version1, .checksum, .hostTSO4]) {
            $0.send(testFrame(), header: header(kind: 1, size: 100))
        }
        try violation("segmentation of type 4, which was not negotiated", section, [.version1, .checksum, .hostTSO4]) {
            $0.send(testFrame(), header: header(flags: 1, kind: 4, size: 100, start: 34, offset: 16))
        }
        try violation("segments of no bytes", section, [.version1, .checksum, .hostTSO4]) {
            $0.send(testFrame(), header: header(flags: 1, kind: 1, start: 34, offset: 16))
        }
        try violation("cannot be cut into segments", section, [.version1, .checksum, .hostTSO4]) {
            $0.send(testFrame(), header: header(flags: 1, kind: 1, size: 100, start: 34, offset: 16))
        }
    }

    @Test func aFrameLongerThanTheMTU() throws {
        try violation("a frame of 1519 bytes", "5.1.4.2", [.version1, .mtu], isSent: true) {
            $0.send(testFrame(count: 1519))
        }
        let driver = try HandMadeDriver.started([.version1, .mtu])
        driver.send(testFrame(count: 1518))
        driver.device.step()
        #expect(driver.violations == [] && driver.sink.count == 1)
    }

    // MARK: Buffers that a driver may not receive into

    @Test func memoryToRead() throws {
        try violation("a buffer to receive into with memory to read", "5.1.6.3.1") { driver in
            driver.device.attach(source: FrameList([testFrame()]))
            _ = driver.rings[0]!.give([Element(address: driver.memory.buffer(0), count: 2048)])
        }
    }

    @Test func aBufferSmallerThanTheHeader() throws {
        try violation("a buffer of 11 bytes", "5.1.6.3.1", [.version1, .mergeableBuffers]) { driver in
            driver.device.attach(source: FrameList([testFrame()]))
            driver.arm(0, 11)
            driver.arm(1)
        }
    }

    // MARK: Offloads

    /// A TCP frame over IPv4 or IPv6 with `count` bytes of data and the sum of the pseudo header in place of a checksum.
    private func tcp(_ count: Int, isIPv6: Bool, flags: UInt8 = 0x19) -> [UInt8] {
        var frame: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]
        let length = 20 + count
        if isIPv6 {
            frame += [0x86, 0xDD, 0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 255), 6, 64]
            frame += (0..<32).map { UInt8($0) }
        } else {
            let total = 20 + length
            frame += [8, 0, 0x45, 0, UInt8(total >> 8), UInt8(total & 255), 0x12, 0xFF, 0x40, 0, 64, 6, 0, 0]
            frame += [10, 0, 0, 1, 10, 0, 0, 2]
        }
        let addresses = isIPv6 ? frame.suffix(32) : frame.suffix(8)
        frame += [0, 80, 0, 81, 0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0]
        let pseudo = onesComplementSum(Array(addresses) + [0, 6, UInt8(length >> 8), UInt8(length & 255)])
        let place = frame.count - 4
        frame[place] = UInt8(pseudo >> 8)
        frame[place + 1] = UInt8(pseudo & 255)
        return frame + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    }

    private func onesComplementSum(_ bytes: [UInt8]) -> Int {
        var sum = 0
        for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte) }
        while sum > 0xFFFF { sum = sum % 0x10000 + sum / 0x10000 }
        return sum
    }

    /// Whether the checksums of a frame that `tcp` made, or that was cut off one, are right.
    private func isSound(_ frame: [UInt8], isIPv6: Bool) -> Bool {
        let transport = isIPv6 ? 54 : 34
        let addresses = isIPv6 ? frame[22..<54] : frame[26..<34]
        let length = frame.count - transport
        let whole = Array(addresses) + [0, 6, UInt8(length >> 8), UInt8(length & 255)] + Array(frame[transport...])
        let stated = isIPv6
            ? Int(frame[18]) << 8 + Int(frame[19]) + 40 : Int(frame[16]) << 8 + Int(frame[17])
        return onesComplementSum(whole) == 0xFFFF && stated == frame.count - 14
            && (isIPv6 || onesComplementSum(Array(frame[14..<34])) == 0xFFFF)
    }

    @Test(arguments: [false, true]) func aChecksumIsFinished(isIPv6: Bool) throws {
        let driver = try HandMadeDriver.started([.version1, .checksum])
        // An odd number of bytes, as the last one is half of a word.
        let frame = tcp(101, isIPv6: isIPv6)
        driver.send(frame, header: header(flags: 1, start: isIPv6 ? 54 : 34, offset: 16))
        driver.device.step()
        var sent = try #require(driver.sink.frames.first)
        if !isIPv6 {
            // The IPv4 header's own checksum is not the device's business.
            #expect(Array(sent[24..<26]) == [0, 0])
            let sum = 0xFFFF - onesComplementSum(Array(sent[14..<34]))
            sent[24] = UInt8(sum >> 8)
            sent[25] = UInt8(sum & 255)
        }
        #expect(isSound(sent, isIPv6: isIPv6))
        #expect(driver.violations == [])
    }

    @Test(arguments: [false, true]) func aLargeSegmentIsCut(isIPv6: Bool) throws {
        let driver = try HandMadeDriver.started([.version1, .checksum, isIPv6 ? .hostTSO6 : .hostTSO4, .mtu])
        let transport = isIPv6 ? 54 : 34
        let frame = tcp(2500, isIPv6: isIPv6, flags: 0x99)
        driver.send(frame, header: header(flags: 1, kind: isIPv6 ? 4 : 1, size: 250, start: UInt8(transport), offset: 16))
        driver.device.step()
        let sent = driver.sink.frames
        #expect(sent.count == 10)
        #expect(sent.allSatisfy { isSound($0, isIPv6: isIPv6) })
        #expect(Array(sent.map { $0[(transport + 20)...] }.joined()) == Array(frame[(transport + 20)...]))
        let sequence = sent.map { Int($0[transport + 6]) << 8 + Int($0[transport + 7]) }
        #expect(sequence == (0..<10).map { (0xFFF0 + $0 * 250) % 0x10000 })
        // CWR in the first, PSH and FIN in the last.
        #expect(sent.map { $0[transport + 13] } == [0x90] + [UInt8](repeating: 0x10, count: 8) + [0x19])
        if !isIPv6 { #expect(sent.map { $0[19] } == (0..<10).map { UInt8(truncatingIfNeeded: 0xFF + $0) }) }
        #expect(driver.violations == [])
    }

    @Test func moreSegmentsThanABurstHas() throws {
        let driver = try HandMadeDriver.started([.version1, .checksum, .hostTSO4])
        let frame = tcp(3900, isIPv6: false)
        driver.send(frame, header: header(flags: 1, kind: 1, size: 30, start: 34, offset: 16))
        driver.send(testFrame(), buffer: 9)
        for _ in 0..<4 { driver.device.step() }
        let sent = driver.sink.frames
        #expect(sent.count == 131 && sent.last == testFrame(), "all of it, and in order")
        #expect(Array(sent.dropLast().map { $0[54...] }.joined()) == Array(frame[54...]))
    }
}
