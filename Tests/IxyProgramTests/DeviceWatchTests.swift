import Ixy
import IxyHardware
import IxyModels
import Testing

@testable import ixy

/// A run looks after its devices, whose queues are on threads of their own.
@Suite struct DeviceWatchTests {
    typealias R = IXGBERegisters

    /// Uses only the receive queue of its pair, as capturing does. Each step may make the device lie.
    private struct ReceivingWork: TrafficWork, ~Copyable {
        var queues: QueuePair
        let meter: QueueMeter
        let nic: ModelNIC
        /// Steps in which the device claims a received frame of 65535 bytes in its first descriptor.
        let lies: Range<Int>
        /// The step in which somebody else resets the device.
        let resetAt: Int?
        var steps = 0
        var batch = PacketBatch(capacity: 4)

        init(queues: consuming QueuePair, meter: QueueMeter, nic: ModelNIC, lies: Range<Int>, resetAt: Int?) {
            self.queues = queues
            self.meter = meter
            self.nic = nic
            self.lies = lies
            self.resetAt = resetAt
        }

        mutating func step() -> Bool {
            if lies.contains(steps) {
                let registers = ModelRegisters(nic)
                let high = registers.read32(at: R.RDBAH.offset(0)), low = registers.read32(at: R.RDBAL.offset(0))
                var port = DMAPort(nic.space)
                _ = port.store64(0xFFFF << 32 | 3, at: UInt64(high) << 32 | UInt64(low) + 8)
            }
            if steps == resetAt { nic.resetFunction() }
            steps += 1
            queues.receive.receive(into: &batch)
            if steps % 64 == 0 { queues.update(meter) }
            return true
        }

        mutating func finish() {}
    }

    /// Runs a device that lies in these steps, and returns how often it was reset, and why it is off.
    private func run(lies: Range<Int>, seconds: String, resetAt: Int? = nil) throws -> (resets: UInt64, error: String?) {
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        var device = try Device.open(nic, address: "left")
        var run = TrafficRun(["left"], options: try DeviceOptions.parse(["--seconds", seconds]))
        let work = ReceivingWork(
            queues: try QueuePair(from: &device), meter: run.meters[0][0], nic: nic, lies: lies, resetAt: resetAt)
        let thread = TrafficThread(work, cpu: nil)
        defer { withExtendedLifetime(thread) {} }
        run.wait(for: [thread]) { $0.visit(&device) }
        let resets = device.driver.statistics().resets
        try device.stop()
        do {
            try run.check([thread])
            return (resets, nil)
        } catch {
            return (resets, "\(error)")
        }
    }

    @Test func aDeviceThatLiesIsBroughtBack() throws {
        let (resets, error) = try run(lies: 0..<1, seconds: "0.3")
        #expect(resets == 1)
        #expect(error == nil)
    }

    @Test func aDeviceThatWasResetEndsTheRun() throws {
        let (resets, error) = try run(lies: 0..<0, seconds: "60", resetAt: 100)
        #expect(resets == 0)
        #expect(error?.contains("left was reset by somebody else") == true)
    }

    @Test func aDeviceThatStaysOffEndsTheRun() throws {
        let (resets, error) = try run(lies: 0..<Int.max, seconds: "60")
        #expect(resets == 8)
        #expect(error?.contains("left has claimed impossible things") == true)
    }
}
