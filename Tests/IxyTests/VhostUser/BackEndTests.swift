import Foundation
import Ixy
import IxyHardware
import IxyModels
import TestSupport
import Testing

/// Our front-end with our back-end.
@Suite struct VhostUserPairTests {
    struct Way: Sendable, CustomTestStringConvertible {
        let isServer: Bool
        let isPacked: Bool
        var testDescription: String { "\(isServer ? "server" : "client"), \(isPacked ? "packed" : "split")" }
    }

    static let ways = [false, true].flatMap { isServer in
        [false, true].map { Way(isServer: isServer, isPacked: $0) }
    }

    @Test(arguments: ways)
    func aQueueIsSetUpWorksInBothDirectionsAndIsStopped(way: Way) throws {
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket", isServer: !way.isServer)
        backEnd.run()
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        var arena = DMAArena(try DMAMemory(count: 1 << 16, pages: .small, mapper: mapper))
        let ring = try PacketRing(count: 1, format: .virtqueue(header: 12), area: 1024, bufferSize: 0, in: &arena)
        ring.area.store64(0x1234_5678, 3 * 16 + 8)

        var settings = VhostUserSettings(path: folder / "socket")
        settings.isServer = way.isServer
        settings.isPacked = way.isPacked
        var transport = try VhostUserTransport.open(settings, mapper: mapper)
        let features: VirtIO.Features = way.isPacked ? [.version1, .packedRing] : [.version1]
        try begin(&transport, features)
        let status = try transport.status()
        #expect(status == [.acknowledge, .driver, .featuresOK])
        let start = ring.area.deviceAddress(0).value
        let layout = VirtIO.QueueLayout(
            size: 16, descriptors: start, driverArea: start + 0x200, deviceArea: start + 0x300)
        try transport.configure(1, layout.addresses)
        #expect(device.vrings.isEmpty, "not before the driver is ready")
        try transport.add(.driverOK)

        let vring = try #require(device.vrings[1])
        #expect(vring.layout == layout)
        #expect(vring.features == features)
        let first: UInt16 = way.isPacked ? 1 << 15 : 0
        #expect(vring.position == VringPosition(available: first, used: first))
        var port = DMAPort(device.space)
        let word = port.load64(at: start + 3 * 16 + 8)
        #expect(word == 0x1234_5678)
        let isWritten = port.store64(0x9ABC, at: start)
        #expect(isWritten)
        let written = ring.area.load64(0)
        #expect(written == 0x9ABC)

        // Whatever the beginning has rung: from here on each ring counts.
        let kick = try #require(vring.kick), call = try #require(vring.call)
        #expect(kick.take() == 1, "a ring starts with a kick")
        let notifier = try transport.notifier(1)
        notifier.notify()
        #expect(kick.take() == 1)
        let interrupt = EventFile(adopting: try transport.interrupt(1)!)
        call.signal()
        #expect(interrupt.wait(milliseconds: 1000))

        try transport.reset()
        #expect(device.vrings.isEmpty)
        #expect(backEnd.problems == [])
    }

    @Test func theConfigurationIsRead() throws {
        let folder = try Folder()
        let backEnd = try VhostUserBackend(RecordingDevice(), path: folder / "socket")
        backEnd.run()
        defer { backEnd.stop() }
        var transport = try connect(folder / "socket")
        let mac = try transport.configuration(at: 0, count: 6)
        #expect(mac == [2, 0, 0, 0, 0, 7])
        let status = try transport.configuration(at: 6, count: 2)
        #expect(status == [1, 0])
        for (offset, count) in [(6, 3), (8, 1), (300, 1), (-1, 2), (0, 257), (0, 0)] {
            let nothing = try transport.configuration(at: offset, count: count)
            #expect(nothing == nil, "\(count) bytes at \(offset)")
        }
        let isPresent = transport.isPresent()
        #expect(isPresent)
    }

    @Test func moreMemoryArrivesWhileQueuesRun() throws {
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket")
        backEnd.run()
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try connect(folder / "socket", mapper)
        try begin(&transport)
        try transport.configure(0, layout(in: memory).addresses)
        try transport.add(.driverOK)
        device.pretend(VringPosition(available: 7, used: 7))
        let more = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        var port = DMAPort(device.space)
        let isThere = port.store64(1, at: more.pageAddresses[1])
        #expect(isThere, "at once, without a further message")
        #expect(device.vrings[0]?.position == VringPosition(available: 7, used: 7), "where it was")
        #expect(device.space.mappedCount == 2)
        try transport.reset()
        #expect(device.starts == 2)
    }

    @Test func twoPairsRunAtOnce() throws {
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket")
        backEnd.run()
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        var settings = VhostUserSettings(path: folder / "socket")
        settings.queues = 2
        var transport = try VhostUserTransport.open(settings, mapper: mapper)
        try begin(&transport, [.version1, .multiqueue])
        for index in 0..<4 { try transport.configure(index, layout(in: memory, at: UInt64(index) * 0x800).addresses) }
        try transport.add(.driverOK)
        #expect(device.vrings.keys.sorted() == [0, 1, 2, 3])
        _ = consume transport
        for _ in 0..<1000 where !device.vrings.isEmpty { usleep(1000) }
        #expect(device.vrings.isEmpty, "stopped when the front-end is gone")
        #expect(device.space.mappedCount == 0)
    }

    @Test(arguments: [false, true])
    func aBackEndThatComesBackIsSetUpAnew(isServer: Bool) throws {
        let folder = try Folder()
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var settings = VhostUserSettings(path: folder / "socket")
        settings.isServer = isServer
        let first = try VhostUserBackend(RecordingDevice(), path: folder / "socket", isServer: !isServer)
        first.run()
        var transport = try VhostUserTransport.open(settings, mapper: mapper)
        let notifier = try transport.notifier(0)
        first.stop()
        let isPresent = transport.isPresent()
        #expect(!isPresent)
        var isBack = try transport.reconnect()
        #expect(!isBack)

        let device = RecordingDevice()
        let second = try VhostUserBackend(device, path: folder / "socket", isServer: !isServer)
        second.run()
        defer { second.stop() }
        for _ in 0..<1000 where !isBack {
            isBack = try transport.reconnect()
            usleep(1000)
        }
        #expect(isBack)
        try begin(&transport)
        try transport.configure(0, layout(in: memory).addresses)
        try transport.add(.driverOK)
        let kick = try #require(device.vrings[0]?.kick)
        kick.take()
        notifier.notify()
        #expect(kick.take() == 1, "the bell is the same")
    }
}
