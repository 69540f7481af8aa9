import Synchronization

/// The addresses at which a model of a device reaches memory: what an IOMMU is to hardware.
///
/// Addresses are unlike any pointer, and between two mappings lies a gap, so that a driver that hands out a
/// pointer, or a device address one past its memory, is caught.
public final class IOAddressSpace: DMAMapper {
    /// Memory that is mapped, at consecutive addresses from `start`: `count` bytes from `offset` on.
    struct Mapping {
        let start: UInt64
        let memory: MappedMemory
        let offset: Int
        let count: Int
    }

    private struct State {
        var mappings: [Mapping] = []
        var next: UInt64
    }

    /// Far below all that the kernel gives a process of 64 bits, and above all that fits in 32.
    public static let firstAddress: UInt64 = 0x0A5_0000_0000
    /// Unmapped bytes between two mappings, at least.
    public static let gap: UInt64 = 0x20_0000

    private let state = Mutex(State(next: firstAddress))
    private let changes = Atomic<UInt64>(0)

    public init() {}

    public func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        let page = UInt64(memory.pageSize)
        let start = state.withLock { state in
            let start = (state.next + page - 1) / page * page
            state.mappings.append(Mapping(start: start, memory: memory, offset: 0, count: memory.count))
            state.next = start + UInt64(memory.count) + IOAddressSpace.gap
            return start
        }
        return (0..<memory.count / memory.pageSize).map { start + UInt64($0) * page }
    }

    public func unmap(_ memory: MappedMemory) {
        state.withLock { state in
            state.mappings.removeAll { $0.memory === memory }
            // Within the lock, so that a port that looks afterwards sees either both changes or none.
            changes.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Maps `pieces` at the addresses that they bring, in place of all that was mapped before. They do not overlap.
    public func replaceAll(with pieces: [ForeignMemory]) {
        state.withLock { state in
            state.mappings = pieces.map {
                Mapping(start: $0.address, memory: $0.memory, offset: $0.offset, count: $0.count)
            }
            changes.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// How many pieces of memory are mapped now: none once all devices have stopped and all packets are gone.
    public var mappedCount: Int { state.withLock { $0.mappings.count } }

    /// Whether all of `range` lies in one piece of memory that is mapped now.
    public func contains(_ range: Range<UInt64>) -> Bool {
        guard let found = mapping(containing: range.lowerBound).0 else { return false }
        return range.upperBound - found.start <= UInt64(found.memory.count)
    }

    /// How often something was unmapped: what a port has remembered holds as long as this stays the same.
    var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// What is mapped at `address`, and the generation for which that holds.
    func mapping(containing address: UInt64) -> (Mapping?, generation: UInt64) {
        state.withLock { state in
            let found = state.mappings.first { address >= $0.start && address - $0.start < UInt64($0.count) }
            return (found, changes.load(ordering: .relaxed))
        }
    }
}
