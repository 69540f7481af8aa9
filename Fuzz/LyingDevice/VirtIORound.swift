import Ixy
import IxyModels

/// One VirtIO device, from its start to its end.
struct VirtIORound: ~Copyable {
    let plan: Plan
    var chance: Chance
    private let space = IOAddressSpace()
    private let mapper: RecordingMapper
    private let model: ModelVirtIO
    private let frames: Frames
    private let scribbler: Scribbler
    /// Runs the device beside the driver, for the whole round.
    private var companion: ModelThread?
    private var batch = PacketBatch(capacity: 32)
    /// Packets that the app has not let go of, which may be longer than the device lives.
    private var held = PacketBatch(capacity: 8)
    private var packets = 0
    /// Whether `recover` has work that it waits for the device in.
    private var isRecovering = false
    private var wentAway = false

    init(seed: UInt64) throws {
        chance = Chance(seed: seed)
        plan = Plan(&chance)
        mapper = RecordingMapper(space)
        model = try ModelVirtIO(space: space, plan.options)
        frames = Frames(seed: chance.next(), longest: plan.longestFrame)
        scribbler = Scribbler(mapper, seed: chance.next())
        model.attach(source: frames)
        model.setLossless(chance.once(in: 2))
    }

    consuming func run(_ tally: inout Tally) throws {
        if plan.isBeside { companion = ModelThread(plan.writesWords ? [model, scribbler] : [model]) }
        defer { companion?.stop() }
        if plan.liesAtStart { model.tell(plan.wildLies(&chance, afterFrames: 0)) }
        var finding: Finding?
        do throws(IxyError) { finding = try live(&tally) } catch { try judge(error, &tally) }
        if let finding { throw finding }
        companion?.stop()
        companion = nil
        tally.packets += packets
        tally.told += model.counters.lies
        tally.words += scribbler.written
        batch.dropAll()
        batch.returnSpares()
        held.dropAll()
        held.returnSpares()
        if space.mappedCount > 0 {
            try check(plan.mayKeepMemory, "\(space.mappedCount) pieces of memory are lost")
            tally.kept += 1
        }
        if plan.manner == .honest {
            try check(model.violationCount == 0, "the driver did wrong: \(model.violations.prefix(3))")
        }
    }

    /// From start to end.
    private mutating func live(_ tally: inout Tally) throws(IxyError) -> Finding? {
        var device = try open()
        frames.setOpen(true)
        var finding: Finding?
        do throws(Finding) { try use(&device) } catch { finding = error }
        count(&device, &tally)
        try end(device)
        return finding
    }

    /// The driver waits for answers while it starts, so the device has to move beside it.
    private func open() throws(IxyError) -> Device {
        let thread = companion == nil ? ModelThread([model]) : nil
        defer { thread?.stop() }
        return try VirtIO.start(
            ModelTransport(model), address: "liar", settings: plan.settings, mapper: mapper, needsHugePages: false)
    }

    private func judge(_ error: IxyError, _ tally: inout Tally) throws(Finding) {
        let text = error.description
        try check(!text.isEmpty && !text.contains("\n"), "an error without a sentence: \(text)")
        try check(plan.manner == .wild, "a device that does not lie like that was refused: \(text)")
        tally.refusals += 1
    }

    private mutating func use(_ device: inout Device) throws(Finding) {
        switch plan.manner {
        case .honest: try move(&device, atLeast: 200, sends: true)
        case .plain:
            try move(&device, atLeast: 50, sends: false)
            var lies = Lies([chance.one(of: plan.plainKinds)])
            lies.limit = 1
            lies.seed = chance.next()
            model.tell(lies)
            let told = model.counters.lies
            for _ in 0..<1000 where model.counters.lies == told { try turn(&device, sends: false) }
            try move(&device, atLeast: 50, sends: false)
            let isTold = model.counters.lies > told
            var seen = 0
            for index in device.receiveQueues.indices { seen += Int(device.receiveQueues[index].counters.deviceLies) }
            try check(isTold && seen > 0, "\(lies.kinds) was told: \(isTold), and seen \(seen) times")
            let resets = device.driver.statistics().resets
            try check(resets == 1, "\(resets) resets for one lie")
        case .wild:
            for _ in 0..<chance.number(1...4) {
                model.tell(chance.once(in: 8) ? nil : plan.wildLies(&chance, afterFrames: delivered))
                for _ in 0..<chance.number(20...300) where device.failure == nil {
                    try turn(&device, sends: true)
                    disturb(&device)
                }
            }
        }
    }

    private var delivered: Int { model.counters.delivered + model.counters.sent }

    /// Goes on until so many packets more have come.
    private mutating func move(_ device: inout Device, atLeast count: Int, sends: Bool) throws(Finding) {
        let goal = packets + count
        let end = ContinuousClock.now.advanced(by: .seconds(60))
        while packets < goal {
            try turn(&device, sends: sends)
            try check(device.failure == nil, "the device was given up: \(device.failure?.description ?? "")")
            let received = device.receiveQueues[0].counters
            try check(
                ContinuousClock.now < end, "no traffic: \(model.counters), \(model.pending) pending, \(received), "
                    + "\(model.violations.prefix(3))")
        }
    }

    /// One turn of an app's loop over all queues.
    private mutating func turn(_ device: inout Device, sends: Bool) throws(Finding) {
        if companion == nil {
            for _ in 0..<chance.number(0...2) { model.step() }
            if plan.writesWords { for _ in 0..<chance.number(0...8) { scribbler.step() } }
        }
        for index in device.receiveQueues.indices {
            // Until the queue has no more, or what comes next would hide a lie.
            var calls = 0
            while device.receiveQueues[index].receive(into: &batch) > 0 || calls == 0, calls < 20 {
                calls += 1
                try look()
                if sends, !chance.once(in: 4) {
                    device.transmitQueues[chance.number(0...plan.settings.queues - 1)].transmit(&batch)
                }
                if held.room > 0, chance.once(in: 8), let packet = batch.popLast() { held.append(packet) }
                batch.dropAll()
            }
            if plan.settings.usesInterrupts, chance.once(in: 64) { device.receiveQueues[index].wait(milliseconds: 1) }
        }
        if chance.once(in: 8) {
            held.dropAll()
            held.returnSpares()
        }
        // An empty batch takes back what was sent.
        for index in device.transmitQueues.indices { device.transmitQueues[index].transmit(&batch) }
        recover(&device)
    }

    /// All bytes that the device claims are those of one mapped buffer, and can be touched.
    private mutating func look() throws(Finding) {
        packets += batch.count
        let space = space
        try batch.forEach { (packet: inout Packet) throws(Finding) in
            let count = packet.count, capacity = packet.capacity, start = packet.deviceAddress
            try check((14...capacity).contains(count), "a packet of \(count) bytes in a buffer of \(capacity)")
            try check(space.contains(start..<start + UInt64(count)), "a packet that is not mapped")
            var sum: UInt8 = 0
            for index in 0..<count { sum &+= packet[index] }
            packet[count - 1] = sum
        }
    }

    /// The first step after a lie needs no answer; the others may.
    private mutating func recover(_ device: inout Device) {
        guard isRecovering, companion == nil else {
            isRecovering = !device.recover()
            return
        }
        frames.setOpen(false)
        let thread = ModelThread([model])
        isRecovering = !device.recover()
        thread.stop()
        frames.setOpen(true)
    }

    /// Disturbs the device through the cable, the slot, and its driver's wishes.
    private mutating func disturb(_ device: inout Device) {
        if chance.once(in: 100) { model.setConnected(chance.once(in: 2)) }
        if wentAway ? chance.once(in: 8) : chance.once(in: 200) {
            model.setPresent(wentAway)
            wentAway.toggle()
        }
        if chance.once(in: 100) { _ = device.driver.link() }
        if chance.once(in: 100) { send(&device) }
        guard chance.once(in: 400), device.failure == nil else { return }
        frames.setOpen(false)
        let thread = companion == nil ? ModelThread([model]) : nil
        // Refusals are right, too.
        switch chance.number(0...2) {
        case 0: try? device.driver.setPromiscuous(chance.once(in: 2))
        case 1: try? device.driver.setMACAddress(MACAddress(2, 0, 0, 0, 0, UInt8(chance.number(1...2))))
        default:
            let groups = (0..<chance.number(0...300)).map { MACAddress(1, 0, 94, 0, UInt8($0 >> 8), UInt8($0 & 255)) }
            try? device.driver.setMulticast(groups)
        }
        thread?.stop()
        frames.setOpen(true)
    }

    /// Sends packets of its own, some of which no frame can carry.
    private mutating func send(_ device: inout Device) {
        guard let pool = try? device.makePool(capacity: 64) else { return }
        _ = pool.fill(&batch, upTo: 16, count: min(pool.bufferSize, chance.one(of: [0, 13, 14, 60, 1514, 2048])))
        device.transmitQueues[0].transmit(&batch)
        batch.dropAll()
    }

    private func count(_ device: inout Device, _ tally: inout Tally) {
        for index in device.receiveQueues.indices { tally.seen += Int(device.receiveQueues[index].counters.deviceLies) }
        for index in device.transmitQueues.indices { tally.seen += Int(device.transmitQueues[index].counters.deviceLies) }
        tally.resets += Int(device.driver.statistics().resets)
    }

    /// Stops the device, or just drops it.
    private mutating func end(_ device: consuming Device) throws(IxyError) {
        let isKept = plan.mayKeepMemory && chance.once(in: 2)
        if isKept { model.setPresent(false) } else { model.setPresent(true); model.tell(nil) }
        if let failure = device.failure { throw failure }
        if chance.once(in: 2) {
            held.dropAll()
            held.returnSpares()
        }
        if chance.once(in: 2) { try device.stop() }
    }
}
