import IxySystem
import Synchronization

/// Memory that is shared with other processes: DMA memory and the address at which they name it.
package struct SharedMemoryRegion: Sendable {
    /// The first byte's address in all that is said to the others. It is made up: no pointer of this process.
    package let address: UInt64
    let memory: MappedMemory

    /// Length in bytes.
    package var count: Int { memory.count }
    /// The number of the file behind it, to be passed to another process while this value lives.
    package var descriptor: CInt { memory.descriptor }
}

/// Who tells another process which memory is shared with it.
package protocol SharedMemoryObserver: AnyObject, Sendable {
    /// The memory that is to be shared from now on. When this returns, the other process knows of all of it, or
    /// will be told before it is asked to use any.
    func share(_ regions: [SharedMemoryRegion]) throws(HardwareError)
}

/// Makes memory reachable for devices that are other processes, by handing them the files behind it (vhost-user).
///
/// One mapper may serve several devices, which then all reach the memory of all, so that packets can be forwarded
/// between them without a copy. Memory that is unmapped stays with the other processes until the list changes anew:
/// its pages are theirs alone then.
public final class SharedMemoryMapper: DMAMapper {
    private struct State {
        var regions: [SharedMemoryRegion] = []
        var next: UInt64 = 0x0A5_0000_0000
        var observers: [any SharedMemoryObserver] = []
    }

    /// As many regions as one vhost-user message can name.
    package static let limit = PassedFiles.limit
    /// Unmapped addresses between two regions, at least.
    private static let gap: UInt64 = 0x20_0000

    private let state = Mutex(State())

    public init() {}

    /// Shares `memory`; every observer has been told when this returns.
    ///
    /// - Throws: `.invalid` if its file can be cut or there are too many regions; what an observer throws.
    package func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        // F_SEAL_SEAL, F_SEAL_SHRINK and F_SEAL_GROW: whoever gets the file could cut it else, and our next access would end us by
        // SIGBUS.
        guard (try? FileDescriptor(duplicating: memory.descriptor).add(seals: 1 | 2 | 4)) != nil else {
            throw .invalid(
                what: "memory whose file can be cut cannot be shared with a vhost-user back-end", remedy: "use DMAMemory")
        }
        let page = UInt64(memory.pageSize)
        let start = try state.withLock { state throws(HardwareError) -> UInt64 in
            guard state.regions.count < SharedMemoryMapper.limit else {
                throw .invalid(
                    what: "a vhost-user back-end can be told of \(SharedMemoryMapper.limit) pieces of memory at most",
                    remedy: "use fewer queues, or let them share a pool")
            }
            let start = (state.next + page - 1) / page * page
            state.regions.append(SharedMemoryRegion(address: start, memory: memory))
            do throws(HardwareError) {
                for observer in state.observers { try observer.share(state.regions) }
            } catch {
                state.regions.removeLast()
                throw error
            }
            state.next = start + UInt64(memory.count) + SharedMemoryMapper.gap
            return start
        }
        return (0..<memory.count / memory.pageSize).map { start + UInt64($0) * page }
    }

    package func unmap(_ memory: MappedMemory) {
        state.withLock { state in state.regions.removeAll { $0.memory === memory } }
    }

    /// Tells `observer` of all changes from now on, until `remove`.
    package func add(_ observer: any SharedMemoryObserver) {
        state.withLock { $0.observers.append(observer) }
    }

    package func remove(_ observer: any SharedMemoryObserver) {
        state.withLock { state in state.observers.removeAll { $0 === observer } }
    }

    /// Hands `body` the regions, which do not change while it runs.
    package func withRegions<Failure: Error>(
        _ body: ([SharedMemoryRegion]) throws(Failure) -> Void
    ) throws(Failure) {
        try state.withLock { state throws(Failure) in try body(state.regions) }
    }

    /// How many pieces of memory are shared now.
    package var mappedCount: Int { state.withLock { $0.regions.count } }
}
