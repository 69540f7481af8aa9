import IxyHardware
import Synchronization

/// Places where one thread leaves batches and another empties them, both at the same time.
final class PacketExchange: Sendable {
    private let first = Mutex(PacketBatch(capacity: 32))
    private let second = Mutex(PacketBatch(capacity: 32))
    private let isOpen = Atomic<Bool>(true)
    private let isDone = Atomic<Bool>(false)

    /// Fills a place from `pool`, if there is room, and says how many packets were made.
    func fill(from pool: borrowing PacketPool, place: Int) -> Int {
        var made = 0
        if place % 2 == 0 {
            first.withLock { batch in made = pool.fill(&batch, count: 60) }
        } else {
            second.withLock { batch in made = pool.fill(&batch, count: 60) }
        }
        return made
    }

    /// Drops what is in both places until the exchange is closed; then once more.
    func dropUntilClosed() {
        while isOpen.load(ordering: .acquiring) { dropAll() }
        dropAll()
        isDone.store(true, ordering: .releasing)
    }

    private func dropAll() {
        first.withLock { batch in
            batch.dropAll()
            batch.returnSpares()
        }
        second.withLock { batch in
            batch.dropAll()
            batch.returnSpares()
        }
    }

    func closeAndWait() {
        isOpen.store(false, ordering: .releasing)
        while !isDone.load(ordering: .acquiring) {}
    }
}
