import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct WireTests {
    private func burst(_ frames: [[UInt8]]) -> FrameBurst {
        var burst = FrameBurst()
        for frame in frames { burst.append(frame) }
        return burst
    }

    private func pull(_ wire: Wire, _ limit: Int) -> [[UInt8]] {
        var burst = FrameBurst()
        wire.pull(limit, into: &burst)
        return (0..<burst.count).map { burst.copy($0) }
    }

    @Test func framesComeOutInOrderHoweverTheyGoIn() {
        let wire = Wire(capacity: 200)
        var sent: [[UInt8]] = []
        var received: [[UInt8]] = []
        var random = SystemRandomNumberGenerator()
        while sent.count < 5000 {
            let frames = (0..<Int.random(in: 0...64, using: &random)).map { number in
                frame(count: Int.random(in: 60...1514, using: &random), fill: UInt8(number & 255))
            }
            // Never more than it holds.
            if wire.count + frames.count <= 200 {
                wire.accept(burst(frames))
                sent += frames
            }
            received += pull(wire, Int.random(in: 0...80, using: &random))
        }
        while wire.count > 0 { received += pull(wire, 64) }
        #expect(received == sent)
        #expect(wire.dropped == 0)
    }

    @Test(arguments: [1, 63, 64, 65, 200])
    func fullItDropsAndCounts(capacity: Int) {
        let wire = Wire(capacity: capacity)
        let frames = (0..<capacity + 10).map { frame(count: 60 + $0 % 50, fill: UInt8($0 & 255)) }
        for start in stride(from: 0, to: frames.count, by: 50) {
            wire.accept(burst(Array(frames[start..<min(start + 50, frames.count)])))
        }
        #expect(wire.count == capacity)
        #expect(wire.dropped == 10)
        var received = pull(wire, 64)
        // Frames that have come out make room.
        wire.accept(burst([frame(fill: 200)]))
        #expect(wire.dropped == 10)
        while wire.count > 0 { received += pull(wire, 64) }
        #expect(received == frames[..<capacity] + [frame(fill: 200)])
    }

    @Test func longFramesTakeMoreRoom() {
        let wire = Wire(capacity: 64)
        let long = (0..<10).map { frame(count: 9000, fill: UInt8($0)) }
        for _ in 0..<4 { wire.accept(burst(long)) }
        #expect(wire.dropped > 0)
        let expected = (0..<wire.count).map { long[$0 % 10] }
        #expect(expected.count >= 20)
        var received: [[UInt8]] = []
        while wire.count > 0 { received += pull(wire, 64) }
        #expect(received == expected)
    }

    @Test func faultsStayWithTheirFrames() throws {
        let wire = Wire()
        var burst = FrameBurst()
        burst.append(frame(), fault: .wrongCheck)
        wire.accept(burst)
        var card = try Card.start()
        card.nic.attach(source: wire)
        card.step()
        #expect(card.count(IXGBERegisters.CRCERRS.self) == 1)
        try card.stop()
    }

    /// Two cards with a wire each way, and a driver on each: frames go round between them.
    @Test func twoPortsOnAWire() throws {
        let space = IOAddressSpace()
        let (toRight, toLeft) = (Wire(), Wire())
        let left = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        let right = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
        left.attach(source: toLeft, sink: toRight)
        right.attach(source: toRight, sink: toLeft)
        let thread = ModelThread([left, right])
        var first = try Device.open(left, address: "left")
        var second = try Device.open(right, address: "right")
        let pool = try PacketPool(capacity: 256, pages: .small, mapper: space)
        var batch = PacketBatch(capacity: 64)
        for number in 0..<40 {
            guard var packet = pool.makePacket(count: 60 + number) else { break }
            for index in 0..<packet.count { packet[index] = UInt8(index == 14 ? number : index & 0xFE) }
            batch.append(packet)
        }
        let sent = first.transmit(&batch)
        #expect(sent == 40)
        var rounds = 0
        var wrong = 0
        let deadline = MonotonicClock.nanoseconds + 20_000_000_000
        var back = PacketBatch(capacity: 64)
        while rounds < 4000, MonotonicClock.nanoseconds < deadline {
            rounds += second.receive(into: &batch)
            batch.forEach { packet in
                if packet.count != 60 + Int(packet[14]) || packet[59] != 58 { wrong += 1 }
            }
            second.transmit(&batch)
            first.receive(into: &back)
            first.transmit(&back)
        }
        #expect(rounds >= 4000)
        #expect(wrong == 0)
        try first.stop()
        try second.stop()
        thread.stop()
        #expect(toLeft.dropped + toRight.dropped == 0)
        #expect(left.violations + right.violations == [])
    }
}
