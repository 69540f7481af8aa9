import Ixy
import IxyHardware
import IxyModels
import Testing

@testable import ixy

@Suite struct PipelineLaneTests {
    /// A lane that looks at one packet at a time tells the device of several at once: at its end all of them go out.
    @Test func whatALaneHasTakenGoesOutAtItsEnd() throws {
        let space = IOAddressSpace()
        let left = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        let right = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
        let sink = SequenceSink()
        left.attach(source: SequenceSource(count: 11))
        left.setLossless(true)
        right.attach(sink: sink)
        var source = try Device.open(left, address: "left"), target = try Device.open(right, address: "right")
        for _ in 0..<400 {
            left.step()
            right.step()
        }
        let meter = QueueMeter()
        var lane = PipelineLane(
            try Pipeline(from: &source, to: &target), batch: 1, source: meter, target: meter, budget: PacketBudget(nil))
        for _ in 0..<3 { _ = lane.run { _ in .send } }
        lane.updateMeters()
        for _ in 0..<10 { right.step() }
        #expect(sink.received == 0, "the device is told of more at once, while there are more")
        lane.flush()
        for _ in 0..<10 { right.step() }
        #expect(sink.received == 3)
        #expect(meter.reading.sentPackets == 3)
        try source.stop()
        try target.stop()
    }
}
