import Foundation
import IxyHardware
import Synchronization

/// A thread that runs modelled ports beside their driver, until it is stopped.
public final class ModelThread: Sendable {
    private let shouldStop = Atomic<Bool>(false)
    private let hasStopped = Atomic<Bool>(false)

    /// Runs `nics` in turn.
    ///
    /// - Parameter cpu: the processor to stay on; nil leaves it to the system.
    public init(_ nics: [ModelNIC], cpu: Int? = nil) {
        let thread = Thread { [self] in
            if let cpu { try? CPUAffinity.pin(to: cpu) }
            while !shouldStop.load(ordering: .acquiring) {
                var moved = 0
                for nic in nics {
                    // A register access goes first; it would starve otherwise.
                    while nic.waiting.load(ordering: .acquiring) > 0 { sched_yield() }
                    moved += nic.step()
                }
                if moved == 0 { sched_yield() }
            }
            hasStopped.store(true, ordering: .releasing)
        }
        thread.name = "ixy-model"
        thread.start()
    }

    /// Stops the thread, and returns when it has ended.
    public func stop() {
        shouldStop.store(true, ordering: .releasing)
        while !hasStopped.load(ordering: .acquiring) { sched_yield() }
    }
}
