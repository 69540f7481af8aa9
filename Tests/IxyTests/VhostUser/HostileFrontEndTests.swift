import Foundation
import Ixy
import IxyHardware
import IxySystem
import IxyModels
import TestSupport
import Testing

/// A front-end that sends what it should not.
@Suite struct HostileFrontEndTests {
    /// A memory table with one region.
    private static func table(_ guest: UInt64, _ count: UInt64, _ user: UInt64, _ offset: UInt64) -> [UInt8] {
        word(1) + word(guest) + word(count) + word(user) + word(offset)
    }

    /// A table that is refused, while the connection goes on.
    private static func badTable(_ text: String, _ table: [UInt8], _ passes: Passed) -> Attack {
        Attack(text: text, messages: [message(5, 9, table)], passes: passes, goesOn: true)
    }

    /// The messages that set up a split vring 0 of `size` descriptors, in memory that is not shared; the last one is answered.
    private static func ring(_ size: UInt64) -> [[UInt8]] {
        let address = word(0) + word(0x1000) + word(0x2000) + word(0x3000) + word(0)
        return [message(8, 1, word(size << 32)), message(9, 1, address), message(12, 9, word(0x100))]
    }

    /// A packed one of 16 descriptors that begins at `base`.
    private static func packed(base: UInt64) -> [[UInt8]] {
        [message(2, 1, word(1 << 32 | 1 << 34)), message(10, 1, word(base << 32))] + ring(16)
    }

    /// A kick, call or error file that is none.
    private static func badFile(_ code: UInt32, _ passes: Passed) -> Attack {
        Attack(text: "is no eventfd", messages: [message(code, 9, word(0))], passes: passes, goesOn: true)
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
    enum Passed: Sendable {
        case nothing, memory, event, many
        /// A pipe that nobody reads; memory that can be cut; a sealed file as large as there can be.
        case pipe, unsealed, endless
    }

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
        badTable("but their file has 8192", table(0, 8193, 0, 0), .memory),
        badTable("but their file has 8192", table(0, 4096, 0, 8192), .memory),
        badTable("but their file has 8192", table(0, 1 << 40, 0, 4096), .memory),
        badTable("more than 1099511627776 bytes in all", table(0, 1 << 40 + 4096, 0, 0), .endless),
        badTable("more than 1099511627776 bytes in all", table(0, UInt64(Int.max), 0, 0), .endless),
        badTable("pieces of at most", table(0, 4096, 0, UInt64(Int.max) - 8191), .endless),
        badTable("in a file that can be cut", table(0, 8192, 0, 0), .unsealed),
        badTable("in a file that can be cut", table(0, 4096, 0, 0), .pipe),
        badTable("more than 1099511627776 bytes in all", word(2) + word(0) + word(1 << 39) + word(0) + word(0)
            + word(1 << 40) + word(1 << 39 + 4096) + word(1 << 40) + word(0), .endless),
        badFile(12, .pipe), badFile(13, .pipe), badFile(14, .pipe), badFile(12, .memory), badFile(13, .unsealed),
        badTable("does not begin with a page", table(1, 4096, 0, 0), .memory),
        badTable("does not begin with a page", table(0, 4096, 0, 2), .memory),
        badTable("in a file that can be cut", table(0, 4096, 0, 0), .event),
        // A packed vring that begins beyond its end: at the last descriptor is well, so that the place is looked at next.
        Attack(text: "vring 0, which is not in shared memory", messages: packed(base: 15), goesOn: true),
        Attack(text: "vring 0, which begins at descriptor 16 of 16", messages: packed(base: 16), goesOn: true),
        Attack(text: "vring 0, which begins at descriptor 16 of 16", messages: packed(base: 1 << 20 | 1), goesOn: true),
        Attack(text: "SET_FEATURES with what was not offered", messages: [message(2, 9, word(1 << 40))], goesOn: true),
        // The device has it, the protocol without messages about an IOMMU has not.
        Attack(text: "SET_FEATURES with what was not offered", messages: [message(2, 9, word(1 << 33))], goesOn: true),
        Attack(text: "vring 200 of a device with 4", messages: [message(8, 9, word(200 | 16 << 32))], goesOn: true),
        Attack(text: "vring 0, which is not in shared memory", messages: ring(16), goesOn: true),
        Attack(text: "a split vring of 12 descriptors", messages: ring(12), goesOn: true),
    ]

    @Test(arguments: attacks)
    func itIsRefusedAndTheNextFrontEndServed(attack: Attack) throws {
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket")
        backEnd.run()
        defer { backEnd.stop() }
        let deadline = Deadline(milliseconds: 2000)
        do {
            let socket = try UnixSocket.connect(folder / "socket", before: deadline)
            let event = try EventFile()
            let mapper = SharedMemoryMapper()
            let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
            let others = try OtherFiles.make()
            // Acknowledgements, for those that go on.
            try socket.send(message(16, 1, word(8)), before: deadline)
            for bytes in attack.messages.dropLast() { try socket.send(bytes, before: deadline) }
            let last = attack.messages.last!
            var files: [CInt] = []
            mapper.withRegions { regions in
                switch attack.passes {
                case .nothing: break
                case .memory: files = [regions[0].descriptor]
                case .event: files = [event.descriptor]
                case .pipe: files = [others.pipe.fileDescriptor]
                case .unsealed: files = [others.unsealed.rawValue]
                case .endless: files = [CInt](repeating: others.endless.rawValue, count: Int(last[12]))
                case .many: files = [CInt](repeating: event.descriptor, count: 8)
                }
            }
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
                #expect(throws: SocketError.closed) {
                    _ = try socket.receive(count: 1, files: &none, before: deadline)
                }
            }
            #expect(memory.memory.count == 8192)
        }
        #expect(device.starts == 0)
        let transport = try connect(folder / "socket")
        _ = consume transport
        #expect(backEnd.problems.count == 1)
        #expect(backEnd.problems.first?.description.contains(attack.text) == true, "\(backEnd.problems)")
    }

    /// Files that a front-end should not pass.
    private struct OtherFiles: ~Copyable {
        let pipe: FileHandle
        let unsealed: FileDescriptor
        let endless: FileDescriptor

        static func make() throws -> OtherFiles {
            let unsealed = try FileDescriptor.inMemory("memory")
            let endless = try FileDescriptor.inMemory("memory", isSealable: true)
            let areCut = ftruncate(unsealed.rawValue, 8192) == 0 && ftruncate(endless.rawValue, Int.max) == 0
            #expect(areCut)
            return OtherFiles(pipe: Pipe().fileHandleForWriting, unsealed: unsealed, endless: endless)
        }
    }

    /// DPDK's front-end cannot seal its memory; whoever trusts it says so.
    @Test func memoryThatCanBeCutIsTakenFromThoseWhoAreTrusted() throws {
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket", allowsUnsealed: true)
        defer { backEnd.stop() }
        let deadline = Deadline(milliseconds: 1000)
        let socket = try UnixSocket.connect(folder / "socket", before: deadline)
        let others = try OtherFiles.make()
        for (file, isGood) in [(others.unsealed.rawValue, true), (others.pipe.fileDescriptor, false)] {
            try socket.send(message(5, 1, Self.table(0, 8192, 0, 0)), files: [file], before: deadline)
            let before = backEnd.problems.count
            for _ in 0..<2 { backEnd.step(milliseconds: 10) }
            #expect((backEnd.problems.count == before) == isGood, "\(backEnd.problems)")
        }
        #expect(device.space.mappedCount == 1)
    }

    @Test func regionsThatOverlapAreRefused() throws {
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket")
        defer { backEnd.stop() }
        let socket = try UnixSocket.connect(folder / "socket", before: Deadline(milliseconds: 1000))
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
        let folder = try Folder()
        let device = RecordingDevice()
        let backEnd = try VhostUserBackend(device, path: folder / "socket")
        defer { backEnd.stop() }
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        let event = try EventFile()
        var random = Chance(state: seed)
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
                let socket = try UnixSocket.connect(folder / "socket", before: Deadline(milliseconds: 1000))
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
                    let deadline = Deadline(milliseconds: 1000)
                    guard (try? socket.send(bytes, files: files, before: deadline)) != nil else { break }
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
        let folder = try Folder()
        let backEnd = try VhostUserBackend(RecordingDevice(), path: folder / "socket")
        let socket = try UnixSocket.connect(folder / "socket", before: Deadline(milliseconds: 1000))
        try socket.send([1, 0, 0], before: Deadline(milliseconds: 1000))
        backEnd.step(milliseconds: 1000)
        backEnd.step(milliseconds: 1000)
        #expect(!backEnd.isConnected)
        #expect(backEnd.problems == [.silent(during: "the next message", milliseconds: VhostUser.Channel.patience)])
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
