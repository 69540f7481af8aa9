import BasicContainers
import Foundation
import Ixy
import IxyCapture
import IxyFilter
import IxyHardware
import IxyModels
import TestSupport
import Testing

@testable import ixy

@Suite struct CaptureWorkTests {
    private static let fields = ["frame.number", "eth.src"]

    /// A frame with `number` in its source address.
    private static func frame(_ number: UInt8) -> [UInt8] {
        [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, number, 0x88, 0xB5] + [UInt8](repeating: 0, count: 46)
    }

    /// While a capture runs its file holds what came in at most a second ago, and tshark reads all of it.
    @Test(arguments: ["a.pcap", "a.pcapng"])
    func theFileKeepsUp(_ name: String) throws {
        let folder = try Folder()
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        let wire = Wire()
        nic.attach(source: wire)
        let model = ModelThread([nic])
        defer { model.stop() }
        var device = try Device.open(nic, address: "model:82599")
        try device.waitForLink()
        var queues = UniqueArray<QueuePair>(minimumCapacity: 1)
        queues.append(try QueuePair(from: &device))
        let work = CaptureWork(
            queues: queues, writer: try CaptureWriter(path: folder / name), sequence: nil, filter: try PacketFilter(""),
            hasFilter: false, snapshotLength: nil, batch: 32, meters: [QueueMeter()], budget: PacketBudget(nil))
        let thread = TrafficThread(work, cpu: nil)
        thread.start()
        defer { withExtendedLifetime(thread) {} }

        var sent: [[String]] = []
        for round in 0..<3 as Range<UInt8> {
            // Nothing, at first: headers are a capture already.
            let deadline = MonotonicClock.nanoseconds + 20_000_000_000
            if round > 0 {
                var burst = FrameBurst()
                burst.append(Self.frame(round))
                wire.accept(burst)
                sent.append(["\(round)", "02:00:00:00:00:0\(round)"])
            }
            // A second is what is promised, but the machine may have better to do.
            var rows: [[String]]?
            repeat {
                usleep(100_000)
                rows = try? dissect(folder / name, Self.fields)
            } while rows != sent && MonotonicClock.nanoseconds < deadline
            #expect(rows == sent)
        }
        thread.stop()
        while !thread.isDone { usleep(1000) }
        try thread.check()
        try device.stop()
        #expect(try dissect(folder / name, Self.fields) == sent)
    }

    /// A thread that is never started leaves its file as it was.
    @Test func withoutAStartNothingIsWritten() throws {
        let folder = try Folder()
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        var device = try Device.open(nic, address: "model:82599")
        var queues = UniqueArray<QueuePair>(minimumCapacity: 1)
        queues.append(try QueuePair(from: &device))
        let thread = TrafficThread(
            CaptureWork(
                queues: queues, writer: try CaptureWriter(path: folder / "a.pcap"), sequence: nil, filter: try PacketFilter(""),
                hasFilter: false, snapshotLength: nil, batch: 32, meters: [QueueMeter()], budget: PacketBudget(nil)),
            cpu: nil)
        #expect(!thread.isDone)
        try device.stop()
        _ = consume thread
        #expect(!FileManager.default.fileExists(atPath: folder / "a.pcap"))
    }
}
