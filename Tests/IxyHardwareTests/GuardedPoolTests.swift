import Glibc
import IxySystem
import Synchronization
import Testing

@testable import IxyTrusted

/// A guarded pool sees what nobody else does: a use of a buffer after its return, and a device that writes into a free one.
@Suite struct GuardedPoolTests {
    private static func pool(_ mapper: any DMAMapper) throws -> PacketPool {
        try PacketPool(guarded: 4, mapper: mapper)
    }

    @Test func packetsAreUsedAsInAnyOtherPool() throws {
        let mapper = TestMapper(spread: 3)
        do {
            let pool = try Self.pool(mapper)
            for round in 0..<20 {
                guard var first = pool.makePacket(count: 2048), var second = pool.makePacket(count: 60) else { throw PoolIsEmpty() }
                first.fill(with: UInt8(round))
                second.fill(with: UInt8(round + 1))
                let bytes = (first[2047], second[0])
                #expect(bytes == (UInt8(round), UInt8(round + 1)))
            }
            let free = pool.free
            #expect(free == pool.capacity)
        }
        #expect(mapper.isClean)
    }

    @Test func aUseAfterTheReturnEndsTheProgram() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            let mapper = KeepingMapper()
            let pool = try GuardedPoolTests.pool(mapper)
            guard let memory = mapper.memory, let packet = pool.makePacket(count: 60) else { throw PoolIsEmpty() }
            let word = TailRegister(in: memory, at: Int(packet.offset))
            word.write(1)
            _ = consume packet
            word.write(2)
        }
    }

    @Test func aReadAfterTheReturnEndsTheProgram() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            let mapper = KeepingMapper()
            let pool = try GuardedPoolTests.pool(mapper)
            guard let memory = mapper.memory, let packet = pool.makePacket(count: 60) else { throw PoolIsEmpty() }
            let word = TailRegister(in: memory, at: Int(packet.offset))
            _ = consume packet
            print(word.read())
        }
    }

    /// By a mapping of its own, as a device has one.
    @Test func aWriteOfADeviceIsSeenWhenTheBufferIsTaken() async {
        await #expect(processExitsWith: .failure) {
            let mapper = KeepingMapper()
            let pool = try GuardedPoolTests.pool(mapper)
            guard let memory = mapper.memory, let packet = pool.makePacket(count: 60) else { throw PoolIsEmpty() }
            let offset = Int(packet.offset)
            _ = consume packet
            try KeepingMapper.write(7, at: offset, of: memory)
            // The buffer that was returned last is taken first.
            print(pool.makePacket(count: 60) == nil)
        }
    }

    @Test func withoutThatWriteTheBufferIsTaken() async {
        await #expect(processExitsWith: .success) {
            let mapper = KeepingMapper()
            let pool = try GuardedPoolTests.pool(mapper)
            guard let memory = mapper.memory, let packet = pool.makePacket(count: 60) else { throw PoolIsEmpty() }
            let offset = Int(packet.offset)
            _ = consume packet
            try KeepingMapper.write(0xA5, at: offset, of: memory)
            print(pool.makePacket(count: 60) == nil)
        }
    }
}

private struct PoolIsEmpty: Error {}

/// Remembers what it has mapped.
private final class KeepingMapper: DMAMapper {
    private let kept = Mutex<MappedMemory?>(nil)
    var memory: MappedMemory? { kept.withLock { $0 } }

    func map(_ memory: MappedMemory) -> [UInt64] {
        kept.withLock { $0 = memory }
        return (0..<UInt64(memory.count / memory.pageSize)).map { 0x1000_0000 + $0 * UInt64(memory.pageSize) }
    }

    func unmap(_: MappedMemory) { kept.withLock { $0 = nil } }

    /// Writes a byte through the file behind `memory`, whose pages in this process may be closed.
    static func write(_ byte: UInt8, at offset: Int, of memory: MappedMemory) throws {
        let file = try FileDescriptor.open("/proc/self/fd/\(memory.descriptor)", O_RDWR)
        _ = try file.write([byte].span.rawBytes, at: offset)
    }
}
