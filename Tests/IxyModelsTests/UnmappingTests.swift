import Foundation
import Ixy
import IxyHardware
import IxyModels
import Synchronization
import Testing

/// Gives no frame, but holds the card in its step until it is let go.
private final class HoldingSource: FrameSource {
    let isHolding = Atomic<Bool>(false)
    let mayGo = Atomic<Bool>(false)
    var isExhausted: Bool { false }

    func pull(_: Int, into _: inout FrameBurst) {
        isHolding.store(true, ordering: .releasing)
        while !mayGo.load(ordering: .acquiring) { sched_yield() }
    }
}

/// Holds DMA memory, which is unmapped when it is let go of.
private final class MemoryHolder: Sendable {
    private let memory: Mutex<DMAMemory?>
    private let flag = Atomic<Bool>(false)
    var hasLetGo: Bool { flag.load(ordering: .acquiring) }

    init(_ memory: DMAMemory) { self.memory = Mutex(memory) }

    func letGo() {
        memory.withLock { $0 = nil }
        flag.store(true, ordering: .releasing)
    }
}

@Suite struct UnmappingTests {
    /// Until its end a step may use the memory that it has looked up, so the memory must not be gone before.
    @Test func unmappingReturnsOnlyWhenTheStepThatRunsHasEnded() throws {
        var card = try Card.start()
        let source = HoldingSource()
        card.nic.attach(source: source)
        let nic = card.nic
        Thread { nic.step() }.start()
        while !source.isHolding.load(ordering: .acquiring) { sched_yield() }
        let holder = MemoryHolder(try DMAMemory(count: 4096, pages: .small, mapper: card.space))
        Thread { holder.letGo() }.start()
        usleep(50_000)
        #expect(!holder.hasLetGo)
        source.mayGo.store(true, ordering: .releasing)
        let deadline = MonotonicClock.nanoseconds + 10_000_000_000
        while !holder.hasLetGo, MonotonicClock.nanoseconds < deadline { sched_yield() }
        #expect(holder.hasLetGo)
        try card.stop()
    }
}
