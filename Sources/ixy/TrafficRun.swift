import Glibc
import Ixy
import IxyHardware

/// A run of some threads: shows the table each second, and stops them when it is time.
struct TrafficRun {
    /// The devices' addresses.
    let names: [String]
    /// The meters of each device's queues.
    let meters: [[QueueMeter]]
    let budget: PacketBudget
    let options: DeviceOptions
    /// Stops when no packet has moved for so many seconds.
    var idleLimit: Double?
    /// Whether what the devices themselves lose is shown. It is not where nobody reads what arrives.
    var showsLosses = true
    /// Why a device is off. It ends the run.
    private(set) var failure: IxyError?

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

    /// Starts the threads and returns when they are done, after the summary. Meanwhile a device that lies or goes away is
    /// brought back.
    ///
    /// - Parameter devices: visits each device, in the order of the names.
    mutating func wait(for threads: [any TrafficRunning], devices: (inout DeviceWatch) -> Void) {
        var watch = DeviceWatch(devices: names.count, showsLosses: showsLosses)
        func count() -> [DeviceWatch.Counts] {
            watch.beginRound(lookingAtCounters: true)
            devices(&watch)
            return watch.counts
        }
        var table = LiveTable(devices: names.map { ($0, options.queues) }, isJSON: options.json)
        let start = MonotonicClock.nanoseconds
        var last = (time: start, readings: readings, counts: count())
        let first = last
        var moved = (time: start, total: TrafficReading())
        // The numbers from before are those from which the summary counts.
        for thread in threads { thread.start() }
        while !threads.allSatisfy(\.isDone) {
            usleep(10_000)
            watch.beginRound(lookingAtCounters: false)
            devices(&watch)
            failure = watch.failure
            let now = MonotonicClock.nanoseconds
            let elapsed = Double(now - start) / 1e9
            let total = readings.flatMap { $0 }.reduce(TrafficReading(), +)
            if total != moved.total { moved = (now, total) }
            let isIdle = idleLimit.map { Double(now - moved.time) / 1e9 >= $0 } ?? false
            if StopSignal.isReceived || failure != nil || isIdle || elapsed >= options.seconds ?? .infinity {
                for thread in threads { thread.stop() }
            }
            if now - last.time >= 1_000_000_000 {
                let current = (time: now, readings: readings, counts: count())
                table.show(
                    difference(current.readings, last.readings), counts: difference(current.counts, last.counts),
                    seconds: Double(now - last.time) / 1e9, time: elapsed, progress: progress(elapsed))
                last = current
            }
        }
        let seconds = max(1e-9, Double(MonotonicClock.nanoseconds - start) / 1e9)
        table.summarize(
            difference(readings, first.readings), counts: difference(count(), first.counts), seconds: seconds)
    }

    /// Throws what a thread has thrown, or why a device is off. Call it when the devices are stopped.
    func check(_ threads: [any TrafficRunning]) throws {
        for thread in threads { try thread.check() }
        if let failure { throw failure }
    }

    private var readings: [[TrafficReading]] { meters.map { $0.map(\.reading) } }

    private func difference(_ new: [[TrafficReading]], _ old: [[TrafficReading]]) -> [[TrafficReading]] {
        zip(new, old).map { zip($0, $1).map { $0 - $1 } }
    }

    private func difference(_ new: [DeviceWatch.Counts], _ old: [DeviceWatch.Counts]) -> [DeviceWatch.Counts] {
        zip(new, old).map { $0 - $1 }
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

    /// Packets go from its receive queue to its transmit queue in place.
    consuming func makePipeline() throws -> Pipeline { try Pipeline(from: receive, to: transmit) }

    /// Brings the meter up to date. To be called again and again: a device is reset only when all of its queues let it,
    /// also one that the work does not use.
    mutating func update(_ meter: QueueMeter) {
        receive.rejoin()
        transmit.rejoin()
        meter.update(receive.counters)
        meter.update(transmit.counters)
    }

    /// Waits until everything is sent, for a second at most, and brings the meter up to date. Packets that the device has
    /// not sent by then count as dropped.
    mutating func flush(_ meter: QueueMeter) {
        var nothing = PacketBatch(capacity: 1)
        let end = MonotonicClock.nanoseconds + 1_000_000_000
        while transmit.inFlight > 0, MonotonicClock.nanoseconds < end {
            transmit.transmit(&nothing)
            usleep(50)
        }
        meter.addDrops(transmit.inFlight)
        update(meter)
    }
}

extension Device {
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
