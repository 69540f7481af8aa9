import Glibc
import IxyHardware

extension IXGBE {
    /// Resets and starts a port in the order of 82599 §4.6.3.
    ///
    /// If anything fails the port is reset again, so that it does no DMA, and all memory is returned.
    ///
    /// - Parameters:
    ///   - bus: the registers of the port. Bus mastering is on.
    ///   - port: the PCI function that is to be given back when the port has stopped.
    ///   - address: how messages call it.
    ///   - mapper: makes memory reachable for the port.
    ///   - needsHugePages: the port uses physical addresses, which only huge pages keep.
    ///   - sleeps: how receive queues wait for an interrupt, each vector's; none if they are only polled.
    ///   - prepare: sets up what is not needed to receive and send.
    ///   - take: gets the queues, a pair at a time.
    package static func start<Bus: RegisterBus & ~Copyable>(
        _ bus: consuming Bus, port: consuming PCIPort?, address: String, settings: DeviceSettings, mapper: any DMAMapper,
        needsHugePages: Bool, sleeps: [Sleep] = [], preparing prepare: (borrowing Controller<Bus>) -> Void = { _ in },
        _ take: (consuming ReceiveQueue, consuming TransmitQueue) -> Void
    ) throws(IxyError) -> Controller<Bus> {
        try check(settings)
        var controller = Controller(bus: bus, port: port, address: address, settings: settings)
        do throws(HardwareError) {
            var memory = try RingMemory(settings, mapper: mapper, needsHugePages: needsHugePages)
            for index in 0..<settings.queues {
                let pool = try memory.pool(), spares = PacketPool(sharing: pool)
                let receiveRing = try memory.ring(settings.receiveRing, bufferSize: pool.bufferSize, from: pool)
                let transmitRing = try memory.ring(settings.transmitRing, bufferSize: 0, from: pool)
                controller.keepers += [receiveRing.keeper, transmitRing.keeper]
                controller.queues.append(
                    QueuePlan(
                        receiveRing: receiveRing.deviceAddress, receiveCount: receiveRing.count,
                        transmitRing: transmitRing.deviceAddress, headWriteBack: transmitRing.area.deviceAddress(0)))
                take(
                    ReceiveQueue(
                        ring: receiveRing, pool: pool, tail: controller.bus.tail(R.RDT.self, at: index),
                        sleep: sleeps.isEmpty ? nil : sleeps[index % sleeps.count], participant: controller.barrier.join()),
                    TransmitQueue(
                        ring: transmitRing, pool: spares, tail: controller.bus.tail(R.TDT.self, at: index),
                        participant: controller.barrier.join()))
            }
        } catch {
            throw .hardware(error)
        }
        // From here on the controller resets the port when it is dropped, if a step throws.
        controller.isRunning = true
        try controller.bringUp(preparing: prepare)
        return controller
    }
}

extension IXGBE.Controller where Bus: ~Copyable {
    /// From reset to traffic. The rings are laid out and no queue moves meanwhile.
    ///
    /// - Parameter prepare: sets up what is not needed to receive and send.
    mutating func bringUp(preparing prepare: (borrowing Self) -> Void) throws(IxyError) {
        try reset()
        try restartLink()
        prepareReceive()
        prepareTransmit()
        prepare(self)
        for index in queues.indices {
            // A queue that was dropped is not started again. Queues have joined in the order receive, transmit.
            if barrier.isTaken(index * 2) { try enableReceiveQueue(index) }
            if barrier.isTaken(index * 2 + 1) { try enableTransmitQueue(index) }
        }
        try enableReceive()
    }
}

extension IXGBE {
    /// Refuses what the device cannot do, before anything is touched.
    static func check(_ settings: DeviceSettings) throws(IxyError) {
        guard (1...64).contains(settings.queues) else {
            throw .invalidSetting("\(settings.queues) queues", remedy: "use 1 to 64")
        }
        try settings.checkMTU()
        guard !settings.usesOffloads else {
            throw .invalidSetting("offloads of an 82599, which this driver does not use", remedy: "leave out --offload")
        }
        for (what, size) in [("receive", settings.receiveRing), ("transmit", settings.transmitRing)] {
            // The length register counts 128-byte units (82599 §8.2.3.8.3), and the driver masks slot numbers.
            guard (64...4096).contains(size), size & (size - 1) == 0 else {
                throw .invalidSetting(
                    "a \(what) ring of \(size) descriptors", remedy: "use a power of two from 64 to 4096")
            }
        }
    }
}

/// The settings of a queue pair that the device is given.
struct QueuePlan: Sendable {
    let receiveRing: RingAddress
    let receiveCount: Int
    let transmitRing: RingAddress
    let headWriteBack: WordAddress
}

/// The memory of a device's queues: one arena for all rings, and a pool for each pair.
struct RingMemory: ~Copyable {
    private let settings: DeviceSettings
    private let mapper: any DMAMapper
    private let pages: PageSize
    private var arena: DMAArena

    /// Bytes behind a transmit ring, a cache line of its own: where the device reports its head. (82599 §7.2.3.5.2)
    private static let reportSize = 64

    init(_ settings: DeviceSettings, mapper: any DMAMapper, needsHugePages: Bool) throws(HardwareError) {
        func rounded(_ descriptors: Int) -> Int {
            (PacketRing.byteCount(descriptors: descriptors, area: RingMemory.reportSize) + 4095) / 4096 * 4096
        }
        let perQueue = rounded(settings.receiveRing) + rounded(settings.transmitRing)
        pages = settings.pages.size(needsHugePages: needsHugePages)
        // One ring's worth more, for where a ring would cross into a page elsewhere.
        let slack = settings.queues * perQueue / pages.rawValue * rounded(4096)
        arena = DMAArena(try DMAMemory(count: settings.queues * perQueue + slack, pages: pages, mapper: mapper))
        self.settings = settings
        self.mapper = mapper
    }

    /// The pool of the next pair.
    func pool() throws(HardwareError) -> PacketPool {
        try PacketPool(
            capacity: settings.poolBuffers, bufferSize: settings.bufferSize(headroom: 0), pages: pages, mapper: mapper)
    }

    /// The next ring, whose slots own packets of `pool`.
    mutating func ring(_ count: Int, bufferSize: Int, from pool: borrowing PacketPool) throws(HardwareError) -> PacketRing {
        var ring = try PacketRing(
            count: count, format: .advanced, area: RingMemory.reportSize, bufferSize: bufferSize, in: &arena)
        try ring.fill(count, from: pool)
        return ring
    }
}
