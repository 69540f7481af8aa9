import Foundation
import IxyHardware
import Synchronization

/// Work that a thread does again and again. It owns its queues.
protocol TrafficWork: ~Copyable, Sendable {
    /// Does one batch.
    ///
    /// - Returns: false when there is nothing left to do.
    mutating func step() throws -> Bool
    /// The last step found nothing to do.
    var isIdle: Bool { get }
    /// Sleeps until there may be something to do again, for some milliseconds at most.
    mutating func rest()
    /// Waits for what is on its way, for at most a second, and brings the meters up to date.
    mutating func finish() throws
}

extension TrafficWork where Self: ~Copyable {
    /// Work that makes packets always has something to do.
    var isIdle: Bool { false }
    mutating func rest() {}
}

/// A thread of its own for some work. The work, and with it the queues, comes back here when the thread is done,
/// and lives until this is dropped: stop the device first.
///
/// Nothing runs before `start`, so that a command whose set-up fails half-way has no thread that uses a queue.
final class TrafficThread<Work: TrafficWork & ~Copyable>: TrafficRunning {
    private let work: Mutex<Work?>
    private let shouldStop = Atomic<Bool>(false)
    private let isFinished = Atomic<Bool>(false)
    private let failure = Mutex<(any Error)?>(nil)

    /// Whether the thread sleeps when there is nothing to do, instead of looking again at once.
    private let rests: Bool

    /// The CPU to stay on; nil leaves it to the system.
    private let cpu: Int?

    /// A thread for `work`.
    init(_ work: consuming sending Work, cpu: Int?, rests: Bool = false) {
        self.work = Mutex(work)
        self.rests = rests
        self.cpu = cpu
    }

    func start() {
        let thread = Thread { [self] in run() }
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func run() {
        defer { isFinished.store(true, ordering: .releasing) }
        guard var work = work.withLock({ $0.take() }) else { return }
        do {
            if let cpu { try CPUAffinity.pin(to: cpu) }
            while !shouldStop.load(ordering: .relaxed), try work.step() {
                if rests, work.isIdle { work.rest() }
            }
        } catch {
            failure.withLock { $0 = error }
        }
        do {
            try work.finish()
        } catch {
            // The first error is the cause of what follows.
            failure.withLock { $0 = $0 ?? error }
        }
        keep(work)
    }

    private func keep(_ finished: consuming Work) {
        var finished: Work? = consume finished
        work.withLock { $0 = finished.take() }
    }

    func stop() { shouldStop.store(true, ordering: .relaxed) }
    var isDone: Bool { isFinished.load(ordering: .acquiring) }
    func check() throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

/// A running thread, whatever it works on.
protocol TrafficRunning: AnyObject, Sendable {
    /// Lets it run.
    func start()
    /// Asks it to stop after the batch it is at.
    func stop()
    /// Whether it is done.
    var isDone: Bool { get }
    /// Throws what its work has thrown. Call it when the devices are stopped.
    func check() throws
}
