import Foundation
import Ixy
import IxyHardware
import IxyModels
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
        let folder = try SocketFolder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder.file(), isServer: !way.isServer)
        backEnd.run()
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        var arena = DMAArena(try DMAMemory(count: 1 << 16, pages: .small, mapper: mapper))
        let ring = try DescriptorRing(count: 64, in: &arena)
        ring.store(0x1234_5678, 1, of: 3)

        var settings = VhostUserSettings(path: folder.file())
        settings.isServer = way.isServer
        settings.isPacked = way.isPacked
        var transport = try VhostUserTransport.open(settings, mapper: mapper)
        let features: VirtIO.Features = way.isPacked ? [.version1, .packedRing] : [.version1]
        try begin(&transport, features)
        let status = try transport.status()
        #expect(status == [.acknowledge, .driver, .featuresOK])
        let start = ring.range.deviceAddress
        let layout = VirtIO.QueueLayout(
            size: 16, descriptors: start, driverArea: start + 0x200, deviceArea: start + 0x300)
        try transport.configure(1, layout)
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
        let written = ring.load(0, of: 0)
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
        let folder = try SocketFolder()
        let backEnd = try VhostUserBackend(RecordingDevice(), path: folder.file())
        backEnd.run()
        defer { backEnd.stop() }
        var transport = try VhostUserTransport.open(VhostUserSettings(path: folder.file()), mapper: SharedMemoryMapper())
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
        let folder = try SocketFolder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder.file())
        backEnd.run()
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var transport = try VhostUserTransport.open(VhostUserSettings(path: folder.file()), mapper: mapper)
        try begin(&transport)
        try transport.configure(0, layout(in: memory))
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
        let folder = try SocketFolder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder.file())
        backEnd.run()
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        var settings = VhostUserSettings(path: folder.file())
        settings.queues = 2
        var transport = try VhostUserTransport.open(settings, mapper: mapper)
        try begin(&transport, [.version1, .multiqueue])
        for index in 0..<4 { try transport.configure(index, layout(in: memory, at: UInt64(index) * 0x800)) }
        try transport.add(.driverOK)
        #expect(device.vrings.keys.sorted() == [0, 1, 2, 3])
        _ = consume transport
        for _ in 0..<1000 where !device.vrings.isEmpty { usleep(1000) }
        #expect(device.vrings.isEmpty, "stopped when the front-end is gone")
        #expect(device.space.mappedCount == 0)
    }

    @Test(arguments: [false, true])
    func aBackEndThatComesBackIsSetUpAnew(isServer: Bool) throws {
        let folder = try SocketFolder()
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        var settings = VhostUserSettings(path: folder.file())
        settings.isServer = isServer
        let first = try VhostUserBackend(RecordingDevice(), path: folder.file(), isServer: !isServer)
        first.run()
        var transport = try VhostUserTransport.open(settings, mapper: mapper)
        let notifier = try transport.notifier(0)
        first.stop()
        let isPresent = transport.isPresent()
        #expect(!isPresent)
        var isBack = try transport.reconnect()
        #expect(!isBack)

        let device = RecordingDevice()
        let second = try VhostUserBackend(device, path: folder.file(), isServer: !isServer)
        second.run()
        defer { second.stop() }
        for _ in 0..<1000 where !isBack {
            isBack = try transport.reconnect()
            usleep(1000)
        }
        #expect(isBack)
        try begin(&transport)
        try transport.configure(0, layout(in: memory))
        try transport.add(.driverOK)
        let kick = try #require(device.vrings[0]?.kick)
        kick.take()
        notifier.notify()
        #expect(kick.take() == 1, "the bell is the same")
    }
}

/// A front-end that sends what it should not.
@Suite struct HostileFrontEndTests {
    /// A memory table with one region.
    private static func table(_ guest: UInt64, _ count: UInt64, _ user: UInt64, _ offset: UInt64) -> [UInt8] {
        word(1) + word(guest) + word(count) + word(user) + word(offset)
    }

    struct Attack: Sendable, CustomTestStringConvertible {
        let text: String
        let messages: [[UInt8]]
        /// An open file goes with the last message: memory of 8 KiB, or another kind.
        var passes: Passed = .nothing
        /// Whether the connection goes on.
        var goesOn = false
        var testDescription: String { text }
    }
    enum Passed: Sendable { case nothing, memory, event, many }

    static let attacks: [Attack] = [
        Attack(text: "with flags 2", messages: [message(1, 2)]),
        Attack(text: "with flags 5", messages: [message(1, 5)]),
        Attack(text: "of 4294967295 bytes", messages: [message(5, 1, size: .max)]),
        Attack(text: "message 0", messages: [message(0, 1)]),
        Attack(text: "message 6", messages: [message(6, 1, word(0) + word(0))]),
        Attack(text: "with 1 files instead of 0", messages: [message(1, 1)], passes: .event),
        Attack(text: "SET_MEM_TABLE with 0 files", messages: [message(5, 1, table(0, 4096, 0, 0))]),
        Attack(text: "GET_VRING_BASE with vring 256", messages: [message(11, 1, word(256))]),
        Attack(text: "vring 4 of a device with 4", messages: [message(11, 1, word(4))]),
        Attack(text: "more than 8 files", messages: [message(1, 1)], passes: .many),
        Attack(text: "but their file has 8192", messages: [message(5, 9, table(0, 8193, 0, 0))], passes: .memory, goesOn: true),
        Attack(text: "but their file has 8192", messages: [message(5, 9, table(0, 4096, 0, 8192))], passes: .memory, goesOn: true),
        Attack(text: "but their file has 8192", messages: [message(5, 9, table(0, 1 << 62, 0, 4096))], passes: .memory, goesOn: true),
        Attack(text: "does not begin with a page", messages: [message(5, 9, table(1, 4096, 0, 0))], passes: .memory, goesOn: true),
        Attack(text: "does not begin with a page", messages: [message(5, 9, table(0, 4096, 0, 2))], passes: .memory, goesOn: true),
        Attack(text: "not a regular file", messages: [message(5, 9, table(0, 4096, 0, 0))], passes: .event, goesOn: true),
        Attack(text: "SET_FEATURES with what was not offered", messages: [message(2, 9, word(1 << 40))], goesOn: true),
        Attack(text: "vring 200 of a device with 4", messages: [message(8, 9, word(200 | 16 << 32))], goesOn: true),
        Attack(
            text: "vring 0, which is not in shared memory",
            messages: [
                message(8, 1, word(16 << 32)), message(9, 1, word(0) + word(0x1000) + word(0x2000) + word(0x3000) + word(0)),
                message(12, 9, word(0x100)),
            ], goesOn: true),
        Attack(
            text: "a split vring of 12 descriptors",
            messages: [
                message(8, 1, word(12 << 32)), message(9, 1, word(0) + word(0x1000) + word(0x2000) + word(0x3000) + word(0)),
                message(12, 9, word(0x100)),
            ], goesOn: true),
    ]

    @Test(arguments: attacks)
    func itIsRefusedAndTheNextFrontEndServed(attack: Attack) throws {
        let folder = try SocketFolder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder.file())
        backEnd.run()
        defer { backEnd.stop() }
        let deadline = Deadline(milliseconds: 2000)
        do {
            let socket = try UnixSocket.connect(folder.file(), before: deadline)
            let event = try EventFile()
            let mapper = SharedMemoryMapper()
            let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
            // Acknowledgements, for those that go on.
            try socket.send(message(16, 1, word(8)), before: deadline)
            for bytes in attack.messages.dropLast() { try socket.send(bytes, before: deadline) }
            var files: [CInt] = []
            mapper.withRegions { regions in
                switch attack.passes {
                case .nothing: break
                case .memory: files = [regions[0].descriptor]
                case .event: files = [event.descriptor]
                case .many: files = [CInt](repeating: event.descriptor, count: 8)
                }
            }
            let last = attack.messages.last!
            if attack.passes == .many {
                // In two steps, as one can carry eight only.
                try socket.send(Array(last.prefix(4)), files: files, before: deadline)
                try socket.send(Array(last.dropFirst(4)), files: [event.descriptor], before: deadline)
            } else {
                try socket.send(last, files: files, before: deadline)
            }
            var none = PassedFiles()
            if attack.goesOn {
                let reply = try socket.receive(count: 20, files: &none, before: deadline)
                #expect(reply.suffix(8) == word(1)[...])
            } else {
                #expect(throws: SocketError.closed) { _ = try socket.receive(count: 1, files: &none, before: deadline) }
            }
            #expect(memory.memory.count == 8192)
        }
        #expect(device.starts == 0)
        let transport = try VhostUserTransport.open(VhostUserSettings(path: folder.file()), mapper: SharedMemoryMapper())
        _ = consume transport
        #expect(backEnd.problems.count == 1)
        #expect(backEnd.problems.first?.description.contains(attack.text) == true, "\(backEnd.problems)")
    }

    @Test func regionsThatOverlapAreRefused() throws {
        let folder = try SocketFolder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder.file())
        defer { backEnd.stop() }
        let socket = try UnixSocket.connect(folder.file(), before: Deadline(milliseconds: 1000))
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        // Apart as the device sees them, but not as the front-end does; and the other way round; and apart.
        for (guest, user, isGood) in [(0x10000, 0x1000, false), (0x1000, 0x10000, false), (0x10000, 0x10000, true)] {
            let table = word(2) + word(0) + word(8192) + word(0) + word(0)
                + word(UInt64(guest)) + word(8192) + word(UInt64(user)) + word(0)
            mapper.withRegions { regions in
                let files = [CInt](repeating: regions[0].descriptor, count: 2)
                try? socket.send(message(5, 1, table), files: files, before: Deadline(milliseconds: 1000))
            }
            let before = backEnd.problems.count
            for _ in 0..<2 { backEnd.step(milliseconds: 10) }
            #expect((backEnd.problems.count == before) == isGood)
        }
        #expect(device.space.mappedCount == 2)
        #expect(memory.memory.count == 8192)
    }

    /// A whole conversation in which some bytes are wrong, from first to last message.
    @Test(arguments: 1...40)
    func mutatedConversationsEndWithNothingLeftBehind(seed: UInt64) throws {
        let folder = try SocketFolder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder.file())
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        let event = try EventFile()
        var random = SplitMix(state: seed)
        for round in 0..<20 {
            let conversation: [(code: UInt32, payload: [UInt8], file: CInt?)] = [
                (3, [], nil), (1, [], nil), (15, [], nil), (16, word(0x10209), nil), (17, [], nil),
                (2, word(1 << 32 | 1 << 30), nil), (24, word(8 << 32) + word(0) + word(0)[..<4], nil),
                (5, Self.table(0x10000, 8192, 0x50000, 0), -1), (13, word(0), event.descriptor),
                (8, word(16 << 32), nil), (10, word(0), nil),
                (9, word(0) + word(0x50000) + word(0x50400) + word(0x50200) + word(0), nil),
                (12, word(0), event.descriptor), (18, word(1 << 32), nil), (39, word(15), nil), (40, [], nil),
                (5, Self.table(0x10000, 8192, 0x50000, 0), -1), (18, word(0), nil), (18, word(1 << 32), nil),
                (11, word(0), nil), (39, word(0), nil),
            ]
            let victim = Int(random.next() % UInt64(conversation.count))
            do {
                let socket = try UnixSocket.connect(folder.file(), before: Deadline(milliseconds: 1000))
                for (index, (code, payload, file)) in conversation.enumerated() {
                    var bytes = message(code, 1, payload)
                    // The first round is left as it is.
                    if round > 0, index == victim || random.next() % 16 == 0 {
                        bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                    }
                    var files: [CInt] = []
                    mapper.withRegions { regions in
                        if let file { files = [file < 0 ? regions[0].descriptor : file] }
                    }
                    guard (try? socket.send(bytes, files: files, before: Deadline(milliseconds: 1000))) != nil else { break }
                }
                // Nothing more comes, so that a message that is too short does not have to be waited for.
                shutdown(socket.descriptor, CInt(SHUT_WR))
                for _ in 0..<100 {
                    backEnd.step(milliseconds: 0)
                    if !backEnd.isConnected { break }
                }
            }
            #expect(!backEnd.isConnected && device.vrings.isEmpty)
            #expect(device.space.mappedCount == 0)
            if round == 0 {
                #expect(device.starts == 3)
                #expect(backEnd.problems == [])
            }
        }
        #expect(backEnd.sessions == 20)
        #expect(!backEnd.problems.isEmpty)
        #expect(memory.memory.count == 8192)
    }

    @Test func halfAMessageHoldsNobodyUpForEver() throws {
        let folder = try SocketFolder()
        let backEnd = try VhostUserBackend(RecordingDevice(), path: folder.file())
        let socket = try UnixSocket.connect(folder.file(), before: Deadline(milliseconds: 1000))
        try socket.send([1, 0, 0], before: Deadline(milliseconds: 1000))
        backEnd.step(milliseconds: 1000)
        backEnd.step(milliseconds: 1000)
        #expect(!backEnd.isConnected)
        #expect(backEnd.problems == [.silent(during: "the next message", milliseconds: 1000)])
    }

    @Test func memoryIsReachedOnlyWhereItIsShared() throws {
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 12288, pages: .small, mapper: mapper)
        var pieces: [ForeignMemory] = []
        mapper.withRegions { regions in
            let file = FileDescriptor(adopting: dup(regions[0].descriptor))
            // The second page alone.
            if let piece = try? ForeignMemory.map(file, at: 0x4000, offset: 4096, count: 100) { pieces.append(piece) }
        }
        let space = IOAddressSpace()
        space.replaceAll(with: pieces)
        var port = DMAPort(space)
        let results = [
            port.store64(7, at: 0x4000), port.store64(7, at: 0x4058), port.store64(7, at: 0x4060),
            port.store64(7, at: 0x3FF8), port.store64(7, at: 0x5000),
        ]
        #expect(results == [true, true, false, false, false])
        #expect(memory.memory.count == 12288)
    }
}

/// Repeatable random numbers.
private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
