import Glibc
import Ixy
import IxySystem
import Testing

@testable import IxyHardware
@testable import IxyModels

/// A served card and the messages that come through its socket, also from peers that do not keep to the protocol.
@Suite struct RemoteNICTests {
    /// A card, and QEMU's end of its socket.
    private struct Served: ~Copyable {
        let card: RemoteNIC
        var socket: UnixSocket?

        init() throws {
            let pair = try UnixSocket.pair()
            socket = UnixSocket(try pair.other.duplicate(subject: "QEMU's end"))
            card = try RemoteNIC(
                socket: pair.own, slot: 4, unit: nil, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        }

        mutating func send(_ command: UInt64, _ payload: [UInt8], count: UInt64? = nil, files: [CInt] = []) throws {
            let header = RemoteNICTests.bytes(command, 8) + RemoteNICTests.bytes(count ?? UInt64(payload.count), 8)
            try socket!.send(header + payload, files: files, before: Deadline(milliseconds: 10_000))
        }

        /// The answer; nil if the card has let go of the connection.
        mutating func answer() -> [UInt8]? {
            var files = PassedFiles()
            return try? socket!.receive(count: 24, files: &files, before: Deadline(milliseconds: 10_000))
        }
    }

    fileprivate static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    private static func memory(_ count: UInt64, at address: UInt64 = 0) -> [UInt8] {
        let rest = [UInt8](repeating: 0, count: 56)
        return bytes(address, 8) + rest + bytes(count, 8) + rest + bytes(0, 8) + rest
    }

    @Test func aReadIsAnswered() throws {
        var served = try Served()
        try served.send(3, RemoteNICTests.bytes(0, 4) + RemoteNICTests.bytes(0, 4) + RemoteNICTests.bytes(4, 4))
        try served.card.answer()
        let answer = served.answer()
        #expect(answer == ProxyMessage.answer(0x10FB_8086))
        let accesses = served.card.accesses
        #expect(accesses == 1)
    }

    /// It is as if the card were pulled out: QEMU goes on without it.
    @Test(arguments: [
        (9, 0, nil), (3, 11, nil), (4, 24, 1 << 40), (0, 192, nil),
    ] as [(UInt64, Int, UInt64?)])
    func whatIsNoMessageEndsTheConnection(command: UInt64, count: Int, claimed: UInt64?) throws {
        var served = try Served()
        // Memory of a page, without the file that has it.
        let payload = command == 0 ? RemoteNICTests.memory(4096) : [UInt8](repeating: 0, count: count)
        try served.send(command, payload, count: claimed)
        let card = served.card
        let error = #expect(throws: RemotePCIError.self) { try card.answer() }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(card.isClosed && card.descriptor == -1)
        let answer = served.answer()
        #expect(answer == nil)
    }

    /// An access to it would end us.
    @Test func memoryBeyondItsFileIsRefused() throws {
        var served = try Served()
        let file = try FileDescriptor.inMemory("guest")
        try served.send(0, RemoteNICTests.memory(4096), files: [file.rawValue])
        let card = served.card
        #expect(throws: RemotePCIError.self) { try card.answer() }
        #expect(card.isClosed)
    }

    /// QEMU could cut it, and an access would end us. If the file allows it, we seal it ourselves.
    @Test(arguments: [false, true]) func memoryThatCouldBeCutIsRefused(isSealable: Bool) throws {
        var served = try Served()
        let file = try FileDescriptor.inMemory("guest", isSealable: isSealable)
        #expect(ftruncate(file.rawValue, 8192) == 0)
        try served.send(0, RemoteNICTests.memory(4096), files: [file.rawValue])
        let card = served.card
        if isSealable {
            try card.answer()
            #expect(ftruncate(file.rawValue, 0) != 0)
        } else {
            #expect(throws: RemotePCIError.self) { try card.answer() }
        }
        #expect(card.isClosed == !isSealable)
    }

    /// Where it ends is one more than the last address that there is.
    @Test(arguments: [(0xFFFF_FFFF_FFFF_E000, true), (0xFFFF_FFFF_FFFF_F000, false)] as [(UInt64, Bool)])
    func memoryBeyondTheLastAddressIsRefused(address: UInt64, isGood: Bool) throws {
        var served = try Served()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: IOAddressSpace())
        try served.send(0, RemoteNICTests.memory(isGood ? 4096 : 8192, at: address), files: [memory.memory.descriptor])
        let card = served.card
        if isGood { try card.answer() } else { #expect(throws: RemotePCIError.self) { try card.answer() } }
        #expect(card.isClosed == !isGood)
    }

    @Test func anEndInTheMiddleOfAMessageIsAnEnd() throws {
        var served = try Served()
        try served.socket!.send([3, 0, 0, 0, 0], before: Deadline(milliseconds: 10_000))
        served.socket = nil
        let card = served.card
        #expect(throws: RemotePCIError.closed) { try card.answer() }
        #expect(card.isClosed)
    }
}
