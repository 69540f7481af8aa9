import Foundation
import Ixy
import IxyHardware
import IxyModels
import Synchronization

/// A QEMU, and a guest in it, that send what they like to a served card.
struct RemoteRound: ~Copyable {
    private var chance: Chance
    private var files: PassedFile
    private let peer: QTestPeer
    private let card: RemoteNIC
    private let socket: UnixSocket
    private let isVirtual: Bool
    private let sink = CountingSink()
    /// Where the BARs are.
    private static let registers: UInt64 = 0xFE00_0000, ports: UInt64 = 0xC000, messages: UInt64 = 0xFE10_0000
    /// Where the guest has the memory.
    private static let guest: UInt64 = 0x10_0000

    init(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        let files = try PassedFile()
        let isVirtual = chance.once(in: 3)
        let peer = try QTestPeer(&chance, root: RemoteRound.guest + 0x1000)
        let pair = try UnixSocket.pair()
        let socket = UnixSocket(try pair.other.duplicate(subject: "QEMU's end"))
        let card = try RemoteNIC(
            socket: pair.own, slot: chance.number(0...31), unit: chance.once(in: 2) ? RemappingUnit(peer.qtest) : nil,
            macAddress: MACAddress(2, 0, 0, 0, 0, 1), isVirtual: isVirtual)
        card.nic.attach(source: WildFrames(seed: chance.next()), sink: sink)
        self.chance = chance
        self.files = files
        self.isVirtual = isVirtual
        self.peer = peer
        self.socket = socket
        self.card = card
    }

    consuming func run(_ tally: inout Tally) throws {
        for _ in 0..<250 { card.nic.step() }
        tables()
        for message in opening() { if !send(message, &tally) { break } }
        card.step()
        _ = card.sendInterrupts(by: peer.qtest)
        for _ in 0..<chance.number(10...300) where !card.isClosed {
            guard send(anyMessage(), &tally) else { break }
            if chance.once(in: 8) { scribble() }
            for _ in 0..<chance.number(0...4) { tally.moved += card.step() }
            _ = card.sendInterrupts(by: peer.qtest)
        }
        for _ in 0..<5 { card.step() }
        tally.moved += sink.count
        tally.complaints += card.violations.count
    }

    private struct Message {
        var command: UInt64
        var payload: [UInt8]
        var files = 0
    }

    private func configure(_ offset: UInt64, _ value: UInt64, _ count: UInt64 = 4) -> Message {
        Message(command: 2, payload: little(offset, 4) + little(value, 4) + little(count, 4))
    }

    private func access(_ address: UInt64, _ value: UInt64? = nil, _ count: UInt64 = 4, isMemory: Bool = true) -> Message {
        Message(
            command: value == nil ? 5 : 4,
            payload: little(address) + little(value ?? 0) + little(count, 4) + [isMemory ? 1 : 0, 0, 0, 0])
    }

    private func memory(_ regions: [(UInt64, UInt64, UInt64)]) -> Message {
        func column(_ values: [UInt64]) -> [UInt8] { (values + [UInt64](repeating: 0, count: 8 - values.count)).flatMap { little($0) } }
        return Message(
            command: 0, payload: column(regions.map(\.0)) + column(regions.map(\.1)) + column(regions.map(\.2)), files: regions.count)
    }

    private mutating func opening() -> [Message] {
        var messages = [
            memory([(RemoteRound.guest, UInt64(PassedFile.size), 0)]),
            configure(0x10, RemoteRound.registers), configure(0x14, 0), configure(0x18, RemoteRound.ports),
            configure(0x20, RemoteRound.messages), configure(0x24, 0), configure(0x04, 7, 2), configure(0x72, 0x8000, 2),
        ]
        // The first vectors send messages that the IOMMU has to look up, and have something to say. (VT-d 3.3 §5.1)
        for vector in UInt64(0)..<4 {
            let entry = RemoteRound.messages + vector * 16
            messages.append(access(entry, 0xFEE0_0010 | chance.next() & 0xF_FFEC, 8))
            messages.append(access(entry + 8, chance.next() & 0xFFFF, 8))
        }
        func set(_ offset: Int, _ value: UInt64) { messages.append(access(RemoteRound.registers + UInt64(offset), value)) }
        if isVirtual {
            set(IXGBEVFRegisters.VTEIMS.offset(0), 7)
            set(IXGBEVFRegisters.VTEICS.offset(0), 7)
        } else {
            set(IXGBERegisters.GPIE.offset(0), 1 << 4)
            set(IXGBERegisters.EIMS.offset(0), 15)
            set(IXGBERegisters.EICS.offset(0), 15)
        }
        return messages
    }

    private mutating func anyMessage() -> Message {
        let count = UInt64(chance.once(in: 100) ? 3 : chance.one(of: [4, 4, 4, 4, 8, 2, 1]))
        switch chance.number(0...11) {
        case 0...4:
            let tables = isVirtual ? IXGBEVFRegisters.all : IXGBERegisters.all
            let register = chance.one(of: tables)
            let offset = register.offset(min(register.count - 1, chance.number(0...3)))
            let value = chance.one(of: [chance.next(), chance.edge(), RemoteRound.guest + chance.next() & 0x3FF80, 1 << 25, 0x400])
            return access(RemoteRound.registers + UInt64(offset), chance.once(in: 4) ? nil : value, count)
        case 5: return access(RemoteRound.registers &+ UInt64(chance.number(0...0x8_0010)), chance.once(in: 2) ? nil : chance.edge(), count)
        case 6: return access(RemoteRound.ports + UInt64(chance.number(0...40)), chance.once(in: 2) ? nil : chance.edge(), count, isMemory: false)
        case 7:
            // Addresses of messages that the IOMMU knows, and others. (VT-d 3.3 §5.1)
            let value = chance.once(in: 2) ? 0xFEE0_0010 | chance.next() & 0xF_FFE4 : chance.edge()
            return access(RemoteRound.messages + UInt64(chance.number(0...0x400)) & ~3, chance.once(in: 6) ? nil : value, count)
        case 8: return access(chance.edge(), chance.once(in: 2) ? nil : chance.edge(), count, isMemory: chance.once(in: 2))
        case 9:
            return chance.once(in: 2)
                ? Message(command: 3, payload: little(UInt64(chance.number(0...0x404)) * count, 4) + little(0, 4) + little(count, 4))
                : configure(
                    UInt64(chance.one(of: [4, 0x10, 0x14, 0x18, 0x20, 0x50, 0x54, 0x70, 0x74, 0xA8, 0xFC, 0xFFFC])),
                    chance.once(in: 2) ? chance.edge() : 0x8007_8007, chance.one(of: [1, 2, 4]))
        case 10 where chance.once(in: 12):
            return memory((0..<chance.number(1...8)).map { index in
                chance.once(in: 3)
                    ? (chance.edge(), max(1, chance.edge()), chance.edge())
                    : (UInt64(index) << 20, UInt64(chance.number(1...64)) << 12, 0)
            })
        case 10: return memory([(RemoteRound.guest, UInt64(PassedFile.size), 0)])
        default:
            if chance.once(in: 30) { return Message(command: chance.edge(), payload: chance.bytes(chance.one(of: [0, 12, 24, 192]))) }
            return Message(command: chance.once(in: 4) ? 7 : 6, payload: [])
        }
    }

    /// False if the connection is at its end.
    private mutating func send(_ message: Message, _ tally: inout Tally) -> Bool {
        tally.words += 1
        var bytes = little(message.command) + little(UInt64(message.payload.count)) + message.payload
        if chance.once(in: 600) { bytes[chance.number(0...bytes.count - 1)] = UInt8(truncatingIfNeeded: chance.next()) }
        var numbers: [CInt] = []
        for _ in 0..<message.files { numbers.append(files.number(true, isRight: !chance.once(in: 4), &chance)) }
        let isCut = chance.once(in: 400)
        if isCut { bytes = Array(bytes.prefix(chance.number(1...bytes.count))) }
        guard (try? socket.send(bytes, files: numbers, before: Deadline(milliseconds: 1000))) != nil else { return false }
        // The card does not wait for the rest of a message that is cut, or longer than it says.
        if isCut || bytes[8...15] != little(UInt64(message.payload.count))[...] { shutdown(socket.descriptor, CInt(SHUT_WR)) }
        // A card that has let go of the connection has said why.
        guard (try? card.answer()) != nil, !isCut else { return false }
        while let some = try? socket.receiveSome(before: Deadline(milliseconds: 0)), !some.isEmpty {}
        return true
    }

    /// The IOMMU's tables: root and context at the first pages, then three levels, then interrupts. (VT-d 3.3 §9)
    private mutating func tables() {
        func put(_ offset: UInt64, _ value: UInt64) { _ = files.port.store64(value, at: files.base + offset) }
        let guest = RemoteRound.guest
        put(0x1000, guest + 0x2001)
        for function in UInt64(0)..<256 {
            put(0x2000 + function * 16, guest + 0x3001)
            put(0x2008 + function * 16, UInt64(chance.one(of: [1, 1, 1, 2, 3, 7])))
        }
        put(0x3000, guest + 0x4003)
        put(0x4000, guest + 0x5003)
        for page in UInt64(0)..<512 { put(0x5000 + page * 8, page << 12 | UInt64(chance.one(of: [3, 3, 3, 1, 0]))) }
        for entry in UInt64(0)..<256 {
            put(0x6000 + entry * 16, chance.next() & 0xFF_0000_00FF_0000 | 1)
            put(0x6008 + entry * 16, chance.once(in: 2) ? 0 : 1 << 18 | chance.next() & 0xFF)
        }
    }

    private mutating func scribble() {
        for _ in 0..<chance.number(1...40) {
            let place = chance.once(in: 2) ? chance.number(0...PassedFile.size / 8 - 1) : chance.number(0x200...0xFFF)
            _ = files.port.store64(chance.once(in: 2) ? chance.next() : chance.edge(), at: files.base + UInt64(place) * 8)
        }
    }
}

/// QEMU's test socket, of which a thread answers reads of the IOMMU's registers.
private final class QTestPeer {
    let qtest: QTest

    init(_ chance: inout Chance, root: UInt64) throws {
        let pair = try UnixSocket.pair()
        qtest = QTest(pair.own)
        // Translation and remapping are on, or not; the tables are where they are, or anywhere. (VT-d 3.3 §11.4)
        let values: [UInt64: UInt64] = [
            0x1C: UInt64(chance.number(0...3)) << 31 | UInt64(chance.number(0...1)) << 25,
            0x20: chance.once(in: 4) ? chance.edge() : root,
            0xB8: chance.once(in: 4) ? chance.edge() | 15 : root + 0x5000 | 7,
        ]
        let lies = chance.once(in: 4)
        let other = Mutex<UnixSocket?>(UnixSocket(try pair.other.duplicate(subject: "QEMU's end")))
        Thread {
            guard let socket = other.withLock({ $0.take() }) else { return }
            var input = ""
            var number = 0
            while let bytes = try? socket.receiveSome(before: Deadline(milliseconds: 60_000)) {
                input += String(decoding: bytes, as: UTF8.self)
                while let end = input.firstIndex(of: "\n") {
                    let words = input[..<end].split(separator: " ")
                    input.removeSubrange(...end)
                    number += 1
                    let address = words.count > 1 ? UInt64(words[1].dropFirst(2), radix: 16) ?? 0 : 0
                    let value = values[address &- 0xFED9_0000] ?? 0
                    var answer = words.first?.hasPrefix("read") ?? false ? "OK 0x\(String(value, radix: 16))\n" : "OK\n"
                    if lies, number % 5 == 0 { answer = ["IRQ raise 1\nOK\n", "FAIL\n", "OK 0x\n", "OK zz\n", "OK -1\n"][number / 5 % 5] }
                    try? socket.send(Array(answer.utf8), before: Deadline(milliseconds: 10_000))
                }
            }
        }.start()
    }
}
