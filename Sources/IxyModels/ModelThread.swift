import Foundation
import IxyHardware
import Synchronization

/// A modelled device that a thread can run beside its driver.
public protocol SteppedModel: AnyObject, Sendable {
    /// Moves the device on by at most a burst each way. Returns how much was moved; 0 if there was nothing to do.
    @discardableResult
    func step() -> Int
    /// The driver's side waits for an answer: no step is to begin before it has it.
    var isAwaited: Bool { get }
}

/// A thread that runs modelled ports beside their driver, until it is stopped.
public final class ModelThread: Sendable {
    private let nics = Mutex<[any SteppedModel]>([])
    private let changes = Atomic<Int>(0)
    private let shouldStop = Atomic<Bool>(false)
    private let hasStopped = Atomic<Bool>(false)

    /// Starts the thread.
    ///
    /// - Parameter cpu: the processor to stay on; nil leaves it to the system.
    public init(_ first: [any SteppedModel] = [], cpu: Int? = nil) {
        nics.withLock { $0 = first }
        changes.store(1, ordering: .releasing)
        let thread = Thread { [self] in
            if let cpu { try? CPUAffinity.pin(to: cpu) }
            run()
            hasStopped.store(true, ordering: .releasing)
        }
        thread.name = "ixy-model"
        thread.start()
    }

    /// Runs one more port.
    public func add(_ nic: any SteppedModel) {
        nics.withLock { $0.append(nic) }
        changes.wrappingAdd(1, ordering: .releasing)
    }

    private func run() {
        var current: [any SteppedModel] = []
        var seen = 0
        while !shouldStop.load(ordering: .acquiring) {
            let version = changes.load(ordering: .acquiring)
            if version != seen {
                current = nics.withLock { $0 }
                seen = version
            }
            var moved = 0
            for index in current.indices {
                // A register access goes first; it would starve otherwise.
                while current[index].isAwaited { sched_yield() }
                moved += current[index].step()
            }
            if moved == 0 { sched_yield() }
        }
    }

    /// Stops the thread, and returns when it has ended.
    public func stop() {
        shouldStop.store(true, ordering: .releasing)
        while !hasStopped.load(ordering: .acquiring) { sched_yield() }
    }
}
