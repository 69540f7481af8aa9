import Glibc
import Ixy
import IxyHardware

/// A run of some threads: shows the table each second, and stops them when it is time.
struct TrafficRun {
    /// The devices' addresses.
    let names: [String]
    /// What the queues of each device do.
    let meters: [[QueueMeter]]
    let budget: PacketBudget
    let options: DeviceOptions
    /// Stops when no packet has moved for so many seconds.
    var idleLimit: Double?

    /// Meters for each queue pair of each device.
    init(_ names: [String], options: DeviceOptions, total: Int? = nil) {
        self.names = names
        self.options = options
        meters = names.map { _ in (0..<options.queues).map { _ in QueueMeter() } }
        budget = PacketBudget(total ?? options.count)
    }

    /// The CPU for thread `index`.
    ///
    /// - Throws: if this process may not use it; before anything moves, so that nothing is begun.
    func cpu(_ index: Int) throws -> Int? {
        guard let first = options.cpu else { return nil }
        try CPUAffinity.check(first + index)
        return first + index
    }

    /// Starts the threads and returns when they are done, after the summary.
    ///
    /// - Parameter missed: what each device itself has lost so far.
    func wait(for threads: [any TrafficRunning], missed: () -> [UInt64]) {
        for thread in threads { thread.start() }
        var table = LiveTable(devices: names.map { ($0, options.queues) }, isJSON: options.json)
        let start = MonotonicClock.nanoseconds
        var last = (time: start, readings: readings, missed: missed())
        let first = last
        var moved = (time: start, total: TrafficReading())
        while !threads.allSatisfy(\.isDone) {
            usleep(10_000)
            let now = MonotonicClock.nanoseconds
            let elapsed = Double(now - start) / 1e9
            let total = readings.flatMap { $0 }.reduce(TrafficReading(), +)
            if total != moved.total { moved = (now, total) }
            let isIdle = idleLimit.map { Double(now - moved.time) / 1e9 >= $0 } ?? false
            if StopSignal.isReceived || isIdle || elapsed >= options.seconds ?? .infinity {
                for thread in threads { thread.stop() }
            }
            if now - last.time >= 1_000_000_000 {
                let current = (time: now, readings: readings, missed: missed())
                table.show(
                    difference(current.readings, last.readings), missed: difference(current.missed, last.missed),
                    seconds: Double(now - last.time) / 1e9, time: elapsed, progress: progress(elapsed))
                last = current
            }
        }
        let seconds = max(1e-9, Double(MonotonicClock.nanoseconds - start) / 1e9)
        table.summarize(
            difference(readings, first.readings), missed: difference(missed(), first.missed), seconds: seconds)
    }

    private var readings: [[TrafficReading]] { meters.map { $0.map(\.reading) } }

    private func difference(_ new: [[TrafficReading]], _ old: [[TrafficReading]]) -> [[TrafficReading]] {
        zip(new, old).map { zip($0, $1).map { $0 - $1 } }
    }

    private func difference(_ new: [UInt64], _ old: [UInt64]) -> [UInt64] {
        zip(new, old).map { $0 &- $1 }
    }

    /// How far the run is and how long it takes still, if that can be known.
    private func progress(_ elapsed: Double) -> String? {
        let byTime = options.seconds.map { elapsed / $0 }
        guard let done = [byTime, budget.fraction].compactMap({ $0 }).max() else { return nil }
        guard done > 0 else { return "0 % done" }
        let left = elapsed / done - elapsed
        let text = left < 120 ? "\(max(0, left).fixed(0)) s" : "\((left / 60).fixed(0)) min"
        return "\((min(1, done) * 100).fixed(0)) % done, \(text) left"
    }
}

/// The queues with one number of a device.
struct QueuePair: ~Copyable, Sendable {
    var receive: ReceiveQueue
    var transmit: TransmitQueue

    /// Takes the last pair out of `device`.
    init(from device: inout Device) throws {
        guard let receive = device.takeReceiveQueue(), let transmit = device.takeTransmitQueue() else {
            throw IxyError.invalidSetting("\(device.address) has no more queues", remedy: "ask for fewer with --queues")
        }
        self.receive = receive
        self.transmit = transmit
    }

    /// Brings the meter up to date.
    mutating func update(_ meter: QueueMeter) {
        meter.update(receive.counters)
        meter.update(transmit.counters)
    }

    /// Waits until everything is sent, for a second at most.
    mutating func flush() {
        var nothing = PacketBatch(capacity: 1)
        let end = MonotonicClock.nanoseconds + 1_000_000_000
        while transmit.inFlight > 0, MonotonicClock.nanoseconds < end {
            transmit.transmit(&nothing)
            usleep(50)
        }
    }
}

extension Device {
    /// What the device itself has lost: its own buffer was full, or a frame was damaged.
    mutating func lost() -> UInt64 {
        let statistics = driver.statistics()
        return statistics.missedPackets &+ statistics.crcErrors &+ statistics.lengthErrors
    }

    /// Waits for the link, for ten seconds at most, and says so if there is none.
    ///
    /// - Throws: the code of a signal that comes meanwhile: nothing has begun yet.
    mutating func waitForLink() throws {
        let end = MonotonicClock.nanoseconds + 10_000_000_000
        while !driver.link().isUp {
            try StopSignal.check()
            guard MonotonicClock.nanoseconds < end else {
                Console.note("\(address): the link is down; check the cable and the other end.")
                return
            }
            usleep(10_000)
        }
        try StopSignal.check()
    }
}
