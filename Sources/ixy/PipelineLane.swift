import Glibc
import Ixy
import IxyHardware

/// Packets that go from one queue to another in place, and the meters of both ends.
struct PipelineLane: ~Copyable, Sendable {
    private var pipeline: Pipeline
    private let source: QueueMeter
    private let target: QueueMeter
    private let budget: PacketBudget
    /// Packets that are looked at in one call.
    private let limit: Int

    init(
        _ pipeline: consuming Pipeline, batch: Int, source: QueueMeter, target: QueueMeter, budget: PacketBudget
    ) {
        self.pipeline = pipeline
        self.source = source
        self.target = target
        self.budget = budget
        limit = batch
    }

    /// Shows each packet that has arrived to `body`, which changes it and says where it goes. Packets that the budget
    /// does not cover are dropped unseen.
    ///
    /// - Returns: whether there were any.
    @inline(__always)
    mutating func run(_ body: (inout PacketView) -> Verdict) -> Bool {
        guard budget.isLimited else { return pipeline.run(limit: limit, body) > 0 }
        let budget = budget
        return pipeline.run(limit: limit) { packet in budget.claim(1) > 0 ? body(&packet) : .drop } > 0
    }

    /// Sleeps until a packet may have arrived.
    func wait(milliseconds: Int) { pipeline.wait(milliseconds: milliseconds) }

    /// Brings the meters up to date. To be called again and again: see `QueuePair.update`.
    mutating func updateMeters() {
        pipeline.rejoin()
        source.update(pipeline.received)
        target.update(pipeline.sent())
    }

    /// Waits until everything is sent, for a second at most, and brings the meters up to date. Packets that the device has
    /// not sent by then count as dropped.
    mutating func flush() {
        let end = MonotonicClock.nanoseconds + 1_000_000_000
        pipeline.flush()
        pipeline.reclaim()
        while pipeline.inFlight() > 0, MonotonicClock.nanoseconds < end {
            usleep(50)
            pipeline.reclaim()
        }
        target.addDrops(pipeline.inFlight())
        updateMeters()
    }
}
