import Foundation
import Ixy
import IxyHardware
import IxyModels
import TestSupport
import Testing

/// Connects to the back-end that listens at `path`.
func connect(_ path: String, _ mapper: SharedMemoryMapper = SharedMemoryMapper()) throws -> VhostUserTransport {
    try VhostUserTransport.open(VhostUserSettings(path: path), mapper: mapper)
}

/// A driver's first steps, up to the queues. (VirtIO 1.2 §3.1.1)
func begin(_ transport: inout VhostUserTransport, _ features: VirtIO.Features = .version1) throws {
    try transport.reset()
    try transport.add(.acknowledge)
    try transport.add(.driver)
    try transport.accept(features)
    try transport.add(.featuresOK)
}

/// The place of a queue in `memory`.
func layout(in memory: DMAMemory, at offset: UInt64 = 0, size: Int = 16) -> VirtIO.QueueLayout {
    let start = memory.pageAddresses[0] + offset
    return VirtIO.QueueLayout(size: size, descriptors: start, driverArea: start + 0x400, deviceArea: start + 0x600)
}

@Suite struct VhostUserTransportTests {
    @Test func theHandshakeHasTheOrderThatBackEndsNeed() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket")
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try connect(folder / "socket", mapper)
        #expect(backEnd.codes == [3, 1, 15, 16, 17])
        #expect(backEnd.messages[3].payload == word(0x10209), "what both sides know")
        backEnd.forget()

        try begin(&transport)
        let status = try transport.status()
        #expect(status == [.acknowledge, .driver, .featuresOK])
        #expect(backEnd.codes == [39, 39, 39, 2, 39, 40])
        #expect(backEnd.messages[3].payload == word(1 << 32 | 1 << 30))
        backEnd.forget()

        try transport.configure(0, layout(in: memory).addresses)
        try transport.configure(1, layout(in: memory, at: 0x800).addresses)
        #expect(backEnd.codes == [5, 13, 8, 10, 9, 13, 8, 10, 9])
        #expect(backEnd.messages.map(\.files) == [1, 1, 0, 0, 0, 1, 0, 0, 0])
        let start = memory.pageAddresses[0]
        #expect(backEnd.messages[0].payload == word(1) + word(start) + word(4096) + word(start) + word(0))
        #expect(backEnd.messages[2].payload == word(16 << 32))
        #expect(
            backEnd.messages[4].payload
                == word(0) + word(start) + word(start + 0x600) + word(start + 0x400) + word(0))
        backEnd.forget()

        try transport.add(.driverOK)
        #expect(backEnd.codes == [12, 18, 12, 18, 39], "nothing runs before")
        #expect(backEnd.messages.map(\.files) == [1, 0, 1, 0, 0])
        #expect(backEnd.messages[4].payload == word(15))
        #expect(backEnd.messages.allSatisfy { $0.flags == 9 }, "each is acknowledged")
        backEnd.forget()

        try transport.reset()
        #expect(backEnd.codes == [18, 11, 18, 11, 39])
        #expect(backEnd.messages[2].payload == word(1), "off")
        #expect(backEnd.messages[4].payload == word(0))
    }

    @Test func aBackEndOfTheFirstVersionIsEnough() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", features: 1 << 32)
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try connect(folder / "socket", mapper)
        try begin(&transport)
        let status = try transport.status()
        #expect(status == [.acknowledge, .driver, .featuresOK], "kept by the front-end")
        try transport.configure(0, layout(in: memory).addresses)
        try transport.add(.driverOK)
        try transport.reset()
        // A question after the table, as nothing acknowledges it.
        #expect(backEnd.codes == [3, 1, 2, 5, 1, 13, 8, 10, 9, 12, 11])
        #expect(backEnd.messages[2].payload == word(1 << 32))
        let size = try transport.largestQueue(2)
        #expect(size == 0)
    }

    @Test func onlyWhatWorksIsOffered() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", features: .max)
        defer { backEnd.stop() }
        var settings = VhostUserSettings(path: folder / "socket")
        let plain = try offered(settings)
        #expect(plain.contains([.version1, .mergeableBuffers, .inOrder, .macAddress, .status]))
        #expect(plain.isDisjoint(with: [.packedRing, .multiqueue, .controlQueue, .accessPlatform]))
        settings.isPacked = true
        settings.isMergeable = false
        settings.isInOrder = false
        settings.queues = 8
        let other = try offered(settings)
        #expect(other.contains([.packedRing, .multiqueue]))
        #expect(other.isDisjoint(with: [.mergeableBuffers, .inOrder, .controlQueue]))
    }

    private func offered(_ settings: VhostUserSettings) throws -> VirtIO.Features {
        var transport = try VhostUserTransport.open(settings, mapper: SharedMemoryMapper())
        let sizes = [try transport.largestQueue(1), try transport.largestQueue(7), try transport.largestQueue(8)]
        // The back-end has four queue pairs.
        #expect(sizes == (settings.queues == 1 ? [32768, 0, 0] : [32768, 32768, 0]))
        #expect(throws: IxyError.self) { _ = try transport.notifier(8) }
        #expect(throws: IxyError.self) { try transport.accept(.controlQueue) }
        return try transport.offeredFeatures()
    }

    @Test func aBackEndWithoutConfigurationHasNone() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", features: .max, protocolFeatures: 0)
        defer { backEnd.stop() }
        var transport = try connect(folder / "socket")
        let configuration = try transport.configuration(at: 0, count: 6)
        #expect(configuration == nil)
        let offered = try transport.offeredFeatures()
        #expect(offered.isDisjoint(with: [.macAddress, .status, .mtu]))
        #expect(throws: IxyError.self) { try transport.setConfiguration([1], at: 0) }
    }

    @Test func laterMemoryIsToldBeforeItIsUsed() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket")
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        var transport = try connect(folder / "socket", mapper)
        let first = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        #expect(!backEnd.codes.contains(5), "a table without rings would be of no use")
        try begin(&transport)
        try transport.configure(0, layout(in: first).addresses)
        backEnd.forget()
        let second = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        #expect(backEnd.codes == [5])
        #expect(backEnd.messages[0].files == 2)
        #expect(backEnd.messages[0].payload.suffix(32).prefix(16) == (word(second.pageAddresses[0]) + word(8192))[...])
        _ = consume transport
        _ = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        #expect(backEnd.codes == [5], "nobody is there to be told")
    }

    @Test func refusalsAreNamedAndTheConnectionGoesOn() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(
            at: folder / "socket", script: [2: .bytes(message(2, 5, word(1))), 5: .bytes(message(5, 5, word(1)))])
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try connect(folder / "socket", mapper)
        var error = try #require(throws: IxyError.self) { try transport.accept(.version1) }
        #expect(error.description.contains("refused SET_FEATURES"))
        error = try #require(throws: IxyError.self) { try transport.configure(0, layout(in: memory).addresses) }
        #expect(error.description.contains("refused SET_MEM_TABLE"))
        let isPresent = transport.isPresent()
        #expect(isPresent)
    }

    @Test func nobodyThereIsASentence() throws {
        let folder = try Folder()
        let path = folder / "socket"
        let error = try #require(throws: IxyError.self) {
            _ = try connect(path)
        }
        #expect(error.description.hasPrefix("vhost-user:\(path): no process listens"))
    }

    @Test func anAbsentBackEndOfAServerIsASentence() throws {
        let folder = try Folder()
        var settings = VhostUserSettings(path: folder / "socket")
        settings.isServer = true
        settings.patience = 30
        let error = try #require(throws: IxyError.self) {
            _ = try VhostUserTransport.open(settings, mapper: SharedMemoryMapper())
        }
        #expect(error.description.contains("30 ms"))
        #expect(!FileManager.default.fileExists(atPath: settings.path))
    }
}
