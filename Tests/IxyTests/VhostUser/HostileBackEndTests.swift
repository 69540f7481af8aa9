import Ixy
import IxyHardware
import TestSupport
import Testing

/// A back-end that answers wrongly.
@Suite struct HostileBackEndTests {
    struct Lie: Sendable, CustomTestStringConvertible {
        let answer: ScriptedBackEnd.Answer
        /// The words that the error has to contain.
        let text: String
        var testDescription: String { text }
    }

    static let lies: [Lie] = [
        Lie(answer: .bytes(message(1, 5, word(0) + word(0))), text: "of 16 bytes"),
        Lie(answer: .bytes(message(1, 5)), text: "of 0 bytes"),
        Lie(answer: .bytes(message(1, 5, size: .max)), text: "of 4294967295 bytes"),
        Lie(answer: .bytes(message(1, 1, word(0))), text: "with flags 1"),
        Lie(answer: .bytes(message(1, 4, word(0))), text: "with flags 4"),
        Lie(answer: .bytes(message(1, 6, word(0))), text: "with flags 6"),
        Lie(answer: .bytes(message(1, 13, word(0))), text: "with flags 13"),
        Lie(answer: .bytes(message(2, 5, word(0))), text: "message 2 where a reply to GET_FEATURES was due"),
        Lie(answer: .bytesAndFile(message(1, 5, word(0))), text: "with 1 files"),
        Lie(answer: .hangUp([]), text: "closed at GET_FEATURES"),
        Lie(answer: .hangUp([1, 0, 0]), text: "closed at GET_FEATURES"),
        Lie(answer: .hangUp(message(1, 5, size: 8, [1, 2, 3])), text: "closed at GET_FEATURES"),
        Lie(answer: .silence, text: "no answer to GET_FEATURES came within \(VhostUser.Channel.patience) ms"),
        Lie(answer: .bytes(message(1, 5, size: 8, [1, 2, 3])), text: "no answer to GET_FEATURES came within \(VhostUser.Channel.patience) ms"),
    ]

    @Test(arguments: lies)
    func aWrongAnswerIsAnErrorInOneSentence(lie: Lie) throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", script: [1: lie.answer])
        defer { backEnd.stop() }
        let path = folder / "socket"
        let start = MonotonicClock.nanoseconds
        let error = try #require(throws: IxyError.self) {
            _ = try connect(path)
        }
        #expect(error.description.contains(lie.text), "\(error)")
        #expect(error.description.hasPrefix("vhost-user:\(path): "))
        #expect(!error.description.contains("\n"))
        #expect(MonotonicClock.nanoseconds - start < 30_000_000_000)
    }

    @Test func noQueuesAtAllAreRefused() throws {
        let error = try failure(script: [17: .bytes(message(17, 5, word(0)))])
        #expect(error.description.contains("0 queues"))
    }

    @Test func moreQueuesThanTheProtocolCanNameAreCutOff() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", script: [17: .bytes(message(17, 5, word(.max)))])
        defer { backEnd.stop() }
        var settings = VhostUserSettings(path: folder / "socket")
        settings.queues = 1000
        var transport = try VhostUserTransport.open(settings, mapper: SharedMemoryMapper())
        let sizes = [try transport.largestQueue(255), try transport.largestQueue(256), try transport.largestQueue(-1)]
        #expect(sizes == [32768, 0, 0])
    }

    @Test func aBackEndThatDoesNotLetGoOfAVringIsAnErrorOnce() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", script: [11: .bytes(message(11, 5, word(7)))])
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try connect(folder / "socket", mapper)
        try begin(&transport)
        try transport.configure(0, layout(in: memory).addresses)
        try transport.add(.driverOK)
        let error = try #require(throws: IxyError.self) { try transport.reset() }
        #expect(error.description.contains("GET_VRING_BASE with another vring"))
        let isPresent = transport.isPresent()
        #expect(!isPresent, "where its next message begins, nobody knows")
        try transport.reset()
    }

    @Test func aBackEndThatRefusesToStopIsLeft() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", script: [39: .bytes(message(39, 5, word(1)))])
        defer { backEnd.stop() }
        var transport = try connect(folder / "socket")
        let error = try #require(throws: IxyError.self) { try transport.reset() }
        #expect(error.description.contains("refused SET_STATUS"))
        let isPresent = transport.isPresent()
        #expect(!isPresent)
    }

    @Test func aStatusOfMoreThanEightBitsIsRefused() throws {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", script: [40: .bytes(message(40, 5, word(256)))])
        defer { backEnd.stop() }
        var transport = try connect(folder / "socket")
        #expect(throws: IxyError.self) { _ = try transport.status() }
    }

    @Test func theEndIsNoticedAndTheNextBackEndFound() throws {
        let folder = try Folder()
        let path = folder / "socket"
        var backEnd = try ScriptedBackEnd(at: path)
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try connect(path, mapper)
        try begin(&transport)
        try transport.configure(0, layout(in: memory).addresses)
        try transport.add(.driverOK)
        var isPresent = transport.isPresent()
        #expect(isPresent)
        backEnd.stop()
        isPresent = transport.isPresent()
        #expect(!isPresent)
        try transport.reset()
        let error = try #require(throws: IxyError.self) { try transport.add(.acknowledge) }
        #expect(error.description.contains("closed at SET_STATUS"))
        // Memory can be mapped meanwhile: the next back-end is told of it.
        let more = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var isBack = try transport.reconnect()
        #expect(!isBack)
        backEnd = try ScriptedBackEnd(at: path)
        defer { backEnd.stop() }
        isBack = try transport.reconnect()
        #expect(isBack)
        try begin(&transport)
        try transport.configure(0, layout(in: memory).addresses)
        let table = try #require(backEnd.messages.first { $0.code == 5 })
        #expect(table.files == 2)
        #expect(more.memory.count == 4096)
    }

    private func failure(script: [UInt32: ScriptedBackEnd.Answer]) throws -> IxyError {
        let folder = try Folder()
        let backEnd = try ScriptedBackEnd(at: folder / "socket", script: script)
        defer { backEnd.stop() }
        let path = folder / "socket"
        return try #require(throws: IxyError.self) {
            _ = try connect(path)
        }
    }
}
