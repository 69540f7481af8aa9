import Foundation
import Ixy
import IxyHardware
import IxyModels

/// A vhost-user front-end that says what it likes, passes any files, and writes anything into the memory that it shares.
struct BackEndRound: ~Copyable {
    private var chance: Chance
    private var files: PassedFile
    private let device: ModelVirtIO
    private let backEnd: VhostUserBackend
    private let path: String
    private let isPacked: Bool
    private let pairs: Int
    private let sink = CountingSink()
    /// Where the device and the front-end have the memory.
    private static let guest: UInt64 = 0x10_0000, user: UInt64 = 0x7F00_0000_0000
    private static let ringSize: UInt64 = 256

    init(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        let files = try PassedFile()
        let pairs = chance.number(1...2)
        let isPacked = chance.once(in: 2)
        var options = ModelVirtIO.Options()
        options.queuePairs = pairs
        options.waitsForKicks = chance.once(in: 2)
        options.isScrambled = chance.once(in: 4)
        options.leavesWork = chance.once(in: 2)
        options.segmentSize = chance.once(in: 2) ? 100 : nil
        options.features.formUnion([
            .packedRing, .inOrder, .checksum, .guestChecksum, .hostTSO4, .hostTSO6, .guestTSO4, .guestTSO6,
        ])
        let device = try ModelVirtIO(space: IOAddressSpace(), options)
        let path = NSTemporaryDirectory() + "/ixy-fuzz-\(getpid()).sock"
        let backEnd = try VhostUserBackend(device, path: path)
        device.attach(source: WildFrames(seed: chance.next()), sink: sink)
        self.chance = chance
        self.files = files
        self.pairs = pairs
        self.isPacked = isPacked
        self.device = device
        self.path = path
        self.backEnd = backEnd
    }

    consuming func run(_ tally: inout Tally) throws {
        for _ in 0..<chance.number(1...4) {
            try converse(&tally)
            for _ in 0..<50 where backEnd.isConnected { backEnd.step(milliseconds: 10) }
            try check(!backEnd.isConnected, "a front-end that has gone is waited for")
            try check(device.space.mappedCount == 0, "\(device.space.mappedCount) pieces of memory are kept")
        }
        tally.moved += sink.count
        tally.complaints += backEnd.problems.count + device.violationCount
        backEnd.stop()
    }

    private mutating func converse(_ tally: inout Tally) throws {
        let socket = try UnixSocket.connect(path, before: Deadline(milliseconds: 1000))
        // Most begin as they should, or few would get far.
        let isClean = !chance.once(in: 3)
        for message in opening() {
            guard send(message, on: socket, isClean: isClean, &tally) else { return }
        }
        for _ in 0..<chance.number(0...150) {
            switch chance.number(0...9) {
            case 0: guard send(anyMessage(), on: socket, &tally) else { return }
            case 1, 2: files.event.signal()
            case 3 where chance.once(in: 3): PassedFile.fill(files.event)
            case 4: scribble()
            default: offer()
            }
            for _ in 0..<chance.number(0...4) { tally.moved += device.step() }
        }
    }

    /// A message, and whether memory or a counter goes with it.
    private struct Message {
        var code: UInt32
        var payload: [UInt8] = []
        var files: [Bool] = []
        /// The file is as large as one can be.
        var isEndless = false
    }

    /// The first messages of a good front-end.
    private mutating func opening() -> [Message] {
        var features: UInt64 = 1 << 32 | 1 << 30 | (isPacked ? 1 << 34 : 0)
        // Checksums, segmentation, merged buffers, indirect tables, event index, order.
        for bit: UInt64 in [0, 1, 7, 8, 11, 12, 15, 28, 29, 35] where chance.once(in: 2) { features |= 1 << bit }
        var messages = [
            Message(code: 3), Message(code: 1), Message(code: 15), Message(code: 16, payload: little(0x10209)),
            Message(code: 2, payload: little(features)), table(),
        ]
        for vring in 0..<UInt64(2 * pairs) {
            messages += [
                Message(code: 13, payload: little(vring), files: [false]),
                Message(code: 8, payload: little(vring | BackEndRound.ringSize << 32)),
                Message(code: 10, payload: little(vring | (isPacked ? 0x8000_8000 : 0) << 32)),
                Message(code: 9, payload: little(vring) + address(vring)),
                Message(code: 12, payload: little(vring), files: [false]),
                Message(code: 18, payload: little(vring | 1 << 32)),
            ]
        }
        messages.append(Message(code: 39, payload: little(15)))
        return messages
    }

    private func address(_ vring: UInt64) -> [UInt8] {
        let ring = BackEndRound.user + vring << 14
        return little(ring) + little(ring + 0x3000) + little(ring + 0x2000) + little(0)
    }

    private func table() -> Message {
        let region = little(BackEndRound.guest) + little(UInt64(PassedFile.size)) + little(BackEndRound.user) + little(0)
        return Message(code: 5, payload: little(1) + region, files: [true])
    }

    private mutating func anyMessage() -> Message {
        let vring = chance.once(in: 6) ? chance.edge() : UInt64(chance.number(0...2 * pairs - 1))
        switch chance.number(0...13) {
        case 0:
            let count = chance.number(0...9)
            let regions = (0..<count).flatMap { index in
                chance.once(in: 4)
                    ? little(chance.edge()) + little(chance.edge()) + little(chance.edge()) + little(chance.edge())
                    : little(UInt64(index) << 30) + little(UInt64(chance.number(1...64)) << 12) + little(UInt64(index) << 30) + little(0)
            }
            return Message(code: 5, payload: little(UInt64(count)) + regions, files: [Bool](repeating: true, count: min(8, count)))
        case 1:
            guard chance.once(in: 2) else { return table() }
            let count = chance.once(in: 2) ? UInt64(Int.max) - UInt64(chance.number(0...8192)) : 1 << UInt64(chance.number(12...62))
            return Message(
                code: 5, payload: little(1) + little(0) + little(count) + little(0) + little(0), files: [true], isEndless: true)
        case 2: return Message(code: 8, payload: little(vring & 0xFFFF_FFFF | chance.edge() << 32))
        case 3: return Message(code: 9, payload: little(vring) + little(chance.edge()) + address(vring & 3).dropFirst(8))
        case 4: return Message(code: 9, payload: little(vring) + address(UInt64(chance.number(0...5))))
        case 5: return Message(code: 10, payload: little(vring & 0xFFFF_FFFF | chance.edge() << 32))
        case 6: return Message(code: 11, payload: little(vring))
        case 7: return Message(code: chance.one(of: [12, 13, 14]), payload: little(vring & 0xFF), files: [false])
        case 8: return Message(code: chance.one(of: [12, 13, 14]), payload: little(vring & 0xFF | 0x100))
        case 9: return Message(code: 18, payload: little(vring & 0xFF | UInt64(chance.number(0...1)) << 32))
        case 10: return Message(code: 39, payload: little(UInt64(chance.one(of: [0, 15, 7, 255, 256]))))
        case 11: return Message(code: 2, payload: little(chance.next() & 0x1D_7C66_E7CB))
        case 12: return Message(code: 24, payload: little(chance.edge(), 4) + little(chance.edge(), 4) + little(0, 4) + chance.bytes(8))
        default: return Message(code: UInt32(chance.number(0...45)), payload: chance.bytes(chance.one(of: [0, 4, 8, 12, 40, 300])))
        }
    }

    /// False if the connection is at its end.
    private mutating func send(
        _ message: Message, on socket: borrowing UnixSocket, isClean: Bool = false, _ tally: inout Tally
    ) -> Bool {
        tally.words += 1
        var bytes = little(UInt64(message.code), 4) + little(chance.once(in: 4) ? 9 : 1, 4)
            + little(UInt64(message.payload.count), 4) + message.payload
        if !isClean, chance.once(in: 60) { bytes[chance.number(0...bytes.count - 1)] = UInt8(truncatingIfNeeded: chance.next()) }
        var numbers: [CInt] = []
        for isMemory in message.files { numbers.append(files.number(isMemory, isRight: isClean, &chance)) }
        if message.isEndless { numbers = [files.endless.rawValue] }
        if !isClean, chance.once(in: 60) { numbers = (0..<chance.number(0...8)).map { _ in files.number(chance.once(in: 2), &chance) } }
        let isCut = !isClean && chance.once(in: 100)
        if isCut { bytes = Array(bytes.prefix(chance.number(1...bytes.count))) }
        guard (try? socket.send(bytes, files: numbers, before: Deadline(milliseconds: 1000))) != nil else { return false }
        // The back-end does not wait for the rest of a message that is cut, or longer than it says.
        if isCut || bytes[8..<12] != little(UInt64(message.payload.count), 4)[...] { shutdown(socket.descriptor, CInt(SHUT_WR)) }
        for _ in 0..<3 { backEnd.step(milliseconds: 0) }
        while let some = try? socket.receiveSome(before: Deadline(milliseconds: 0)), !some.isEmpty {}
        device.step()
        return backEnd.isConnected
    }

    private mutating func put(_ value: UInt64, _ offset: UInt64) { _ = files.port.store64(value, at: files.base + offset) }

    /// Any words in the rings, and elsewhere.
    private mutating func scribble() {
        for _ in 0..<chance.number(1...40) {
            let place = chance.once(in: 4) ? chance.number(0...PassedFile.size / 8 - 1) : chance.number(0...0x1FFF)
            put(chance.once(in: 2) ? chance.next() : chance.edge(), UInt64(place) * 8)
        }
    }

    /// Buffers in a vring, nearly as a driver makes them available. (VirtIO 1.2 §2.7.13, §2.8.21)
    private mutating func offer() {
        let vring = UInt64(chance.number(0...2 * pairs - 1)), ring = vring << 14
        let slots = BackEndRound.ringSize
        var maker = FrameMaker(chance: Chance(seed: chance.next()))
        for _ in 0..<chance.number(1...12) {
            let slot = UInt64(chance.number(0...Int(slots) - 1))
            let buffer = UInt64(0x2_0000 + chance.number(0...0x1_E000))
            let isTransmit = vring & 1 == 1
            let frame = maker.frame()
            var header = [UInt8](repeating: 0, count: 12)
            if chance.once(in: 2) {
                header = [1, chance.one(of: [0, 1, 4, 0x80, 0x81, 0x84, 3]), 54, 0, chance.one(of: [0, 1, 100]), 0]
                    + [chance.one(of: [34, 54, 14, 0, 255]), 0, chance.one(of: [16, 6, 0, 255]), 0, 0, 0]
            }
            if isTransmit { _ = files.port.copyIn((header + frame).span.rawBytes, to: files.base + buffer) }
            let count = UInt64(chance.once(in: 6) ? chance.length() : isTransmit ? 12 + frame.count : 2048)
            let address = chance.once(in: 20) ? chance.edge() : BackEndRound.guest + buffer
            // Continued, writable, indirect.
            var flags: UInt64 = isTransmit ? 0 : 2
            if chance.once(in: 6) { flags ^= UInt64(chance.number(0...7)) }
            put(address, ring + slot * 16)
            if isPacked {
                let marks: UInt64 = chance.once(in: 2) ? 1 << 7 : 1 << 15
                put(count | UInt64(chance.number(0...300)) << 32 | (flags | marks) << 48, ring + slot * 16 + 8)
            } else {
                put(count | flags << 32 | UInt64(chance.number(0...300)) << 48, ring + slot * 16 + 8)
            }
        }
        if isPacked {
            // From the first slot on all are available.
            let marks: UInt64 = chance.once(in: 2) ? 1 << 7 : 1 << 15
            for slot in 0..<UInt64(chance.number(0...40)) {
                put(64 | slot << 32 | (marks | (vring & 1 == 0 ? 2 : 0)) << 48, ring + slot * 16 + 8)
                put(BackEndRound.guest + 0x2_0000 + slot << 7, ring + slot * 16)
            }
            return
        }
        // Flags and index, and then the heads.
        let available = files.base + ring + 0x2000
        let index = files.port.load16(at: available + 2) ?? 0
        let count = UInt16(chance.number(1...16))
        for number in 0..<count {
            _ = files.port.store16(
                UInt16(chance.number(0...chance.one(of: [255, 255, 255, 300]))), at: available + 4 + UInt64((index &+ number) & 255) * 2)
        }
        _ = files.port.store16(chance.once(in: 20) ? UInt16(truncatingIfNeeded: chance.next()) : index &+ count, at: available + 2)
    }
}
