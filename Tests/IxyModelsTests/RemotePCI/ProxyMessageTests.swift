import Testing

@testable import IxyModels

/// QEMU's messages, byte by byte.
@Suite struct ProxyMessageTests {
    private func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    @Test func anAccessToABAR() throws {
        let payload = bytes(0xFEB0_0008, 8) + bytes(0x1234, 8) + bytes(4, 4) + [1, 0, 0, 0]
        let message = try ProxyMessage(command: 4, payload: payload)
        #expect(message == .write(.init(address: 0xFEB0_0008, value: 0x1234, count: 4, isMemory: true)))
    }

    @Test func memoryInTwoPieces() throws {
        func eight(_ first: UInt64, _ second: UInt64) -> [UInt8] {
            bytes(first, 8) + bytes(second, 8) + [UInt8](repeating: 0, count: 48)
        }
        let payload = eight(0, 1 << 32) + eight(0x8000_0000, 0x1_0000_0000) + eight(0, 0x8000_0000)
        #expect(try ProxyMessage(command: 0, payload: payload) == .memory([
            .init(address: 0, count: 0x8000_0000, fileOffset: 0),
            .init(address: 1 << 32, count: 1 << 32, fileOffset: 0x8000_0000),
        ]))
    }

    @Test(arguments: [
        (4, 23), (3, 8), (8, 0), (-1, 0), (7, 8),
    ])
    func whatIsNoMessageIsRefused(command: Int, count: Int) {
        #expect(throws: RemotePCIError.self) {
            _ = try ProxyMessage(command: command, payload: [UInt8](repeating: 0, count: count))
        }
    }

    @Test func sizesThatNobodyHasAreRefused() {
        let access = bytes(0, 8) + bytes(0, 8) + bytes(3, 4) + [1, 0, 0, 0]
        #expect(throws: RemotePCIError.self) { _ = try ProxyMessage(command: 5, payload: access) }
        #expect(throws: RemotePCIError.self) {
            _ = try ProxyMessage(command: 3, payload: bytes(1, 4) + bytes(0, 4) + bytes(2, 4))
        }
        #expect(throws: RemotePCIError.self) { _ = try ProxyMessage.header(bytes(4, 4) + bytes(0, 4) + bytes(1 << 40, 8)) }
    }

    @Test func anAnswerHasItsValue() {
        #expect(ProxyMessage.answer(0x10FB_8086) == bytes(1, 8) + bytes(8, 8) + bytes(0x10FB_8086, 8))
    }
}
