import BasicContainers
import Glibc
import IxyHardware

extension IXGBE {
    /// Resets and starts a port in the order of 82599 §4.6.3, and returns it with its queues.
    ///
    /// If anything fails the port is reset again, so that it does no DMA, and all memory is returned.
    ///
    /// - Parameters:
    ///   - bus: the registers of the port. Bus mastering is on.
    ///   - name: what the device is, for people.
    ///   - address: how messages call it.
    ///   - mapper: makes memory reachable for the port.
    ///   - needsHugePages: the port uses physical addresses, which only huge pages keep.
    ///   - interrupts: what wakes receive queues that wait, if `settings` want that.
    package static func start<Bus: RegisterBus & ~Copyable, Source: InterruptSource & ~Copyable>(
        _ bus: consuming Bus, name: String, address: String, settings: DeviceSettings, mapper: any DMAMapper,
        needsHugePages: Bool, interrupts: consuming Source = NoInterrupts()
    ) throws(IxyError) -> Device {
        try start(
            bus, port: nil, name: name, address: address, settings: settings, mapper: mapper,
            needsHugePages: needsHugePages, events: wire(&interrupts, settings))
    }

    /// The same, with the PCI function that is to be given back when the port has stopped, and the files through which
    /// vectors interrupt.
    static func start<Bus: RegisterBus & ~Copyable>(
        _ bus: consuming Bus, port: consuming PCIPort?, name: String, address: String, settings: DeviceSettings,
        mapper: any DMAMapper, needsHugePages: Bool, events: [EventFile]
    ) throws(IxyError) -> Device {
        try check(settings)
        var memory: UniqueArray<QueueMemory>
        do {
            memory = try QueueMemory.allocate(settings, mapper: mapper, needsHugePages: needsHugePages)
        } catch {
            throw .hardware(error)
        }
        var controller = Controller(
            bus: bus, port: port, name: name, address: address, settings: settings, vectorCount: events.count)
        for index in 0..<memory.count { controller.keepers.append(contentsOf: memory[index].keepers) }

        var receiveQueues = UniqueArray<Ixy.ReceiveQueue>(minimumCapacity: settings.queues)
        var transmitQueues = UniqueArray<Ixy.TransmitQueue>(minimumCapacity: settings.queues)
        for index in 0..<settings.queues {
            let parts = memory.remove(at: 0)
            controller.queues.append(QueuePlan(parts))
            let pool = PacketPool(sharing: parts.pool)
            receiveQueues.append(
                Ixy.ReceiveQueue(
                    IXGBE.ReceiveQueue(
                        ring: parts.receiveRing, pool: parts.pool, tail: controller.bus.tail(R.RDT.self, at: index),
                        interrupt: events.isEmpty ? nil : events[index % events.count],
                        participant: controller.barrier.join())))
            transmitQueues.append(
                Ixy.TransmitQueue(
                    IXGBE.TransmitQueue(
                        ring: parts.transmitRing, pool: pool, tail: controller.bus.tail(R.TDT.self, at: index),
                        participant: controller.barrier.join())))
        }
        // From here on the controller resets the port when it is dropped, if a step throws.
        controller.isRunning = true
        try controller.bringUp()
        let barrier = controller.barrier
        return Device(
            address: address, driver: consume controller, receiveQueues: receiveQueues, transmitQueues: transmitQueues,
            mapper: mapper, pages: settings.pages.size(needsHugePages: needsHugePages),
            bufferSize: settings.bufferSize(headroom: 0), barrier: barrier)
    }

}

extension IXGBE.Controller where Bus: ~Copyable {
    /// From reset to traffic. The rings are laid out and no queue moves meanwhile.
    mutating func bringUp() throws(IxyError) {
        try reset()
        if let chosenAddress { write(chosenAddress) }
        try restartLink()
        // §4.6.5: reading the statistics clears them.
        let counted = total
        collectStatistics()
        total = counted
        mapQueueStatistics()
        prepareReceive()
        prepareTransmit()
        for index in queues.indices {
            // A queue that was dropped is not started again. Queues have joined in the order receive, transmit.
            if barrier.isTaken(index * 2) { try enableReceiveQueue(index) }
            if barrier.isTaken(index * 2 + 1) { try enableTransmitQueue(index) }
        }
        enableInterrupts()
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

/// What a device is told of a queue pair.
struct QueuePlan: Sendable {
    let receiveRing: RingAddress
    let receiveCount: Int
    let transmitRing: RingAddress
    let headWriteBack: WordAddress

    init(_ memory: borrowing QueueMemory) {
        receiveRing = memory.receiveRing.deviceAddress
        receiveCount = memory.receiveRing.count
        transmitRing = memory.transmitRing.deviceAddress
        headWriteBack = memory.transmitRing.area.deviceAddress(0)
    }
}

/// The memory of one queue pair.
struct QueueMemory: ~Copyable {
    let receiveRing: PacketRing
    let transmitRing: PacketRing
    let pool: PacketPool

    var keepers: [any AnyObject & Sendable] { [receiveRing.keeper, transmitRing.keeper] }

    /// Bytes behind a transmit ring, a cache line of its own: where the device reports its head. (82599 §7.2.3.5.2)
    private static let reportSize = 64

    /// Allocates all that the queues of a device need: one arena for all rings, a pool for each receive queue.
    static func allocate(
        _ settings: DeviceSettings, mapper: any DMAMapper, needsHugePages: Bool
    ) throws(HardwareError) -> UniqueArray<QueueMemory> {
        let pages = settings.pages.size(needsHugePages: needsHugePages)
        func rounded(_ descriptors: Int) -> Int {
            (PacketRing.byteCount(descriptors: descriptors, area: reportSize) + 4095) / 4096 * 4096
        }
        let perQueue = rounded(settings.receiveRing) + rounded(settings.transmitRing)
        // One ring's worth more, for where a ring would cross into a page elsewhere.
        let slack = settings.queues * perQueue / pages.rawValue * rounded(4096)
        var arena = DMAArena(
            try DMAMemory(count: settings.queues * perQueue + slack, pages: pages, mapper: mapper))
        var all = UniqueArray<QueueMemory>(minimumCapacity: settings.queues)
        for _ in 0..<settings.queues {
            let pool = try PacketPool(
                capacity: settings.poolBuffers, bufferSize: settings.bufferSize(headroom: 0), pages: pages,
                mapper: mapper)
            var receiveRing = try PacketRing(
                count: settings.receiveRing, format: .advanced, area: reportSize, bufferSize: pool.bufferSize, in: &arena)
            try receiveRing.fill(receiveRing.count, from: pool)
            var transmitRing = try PacketRing(
                count: settings.transmitRing, format: .advanced, area: reportSize, bufferSize: 0, in: &arena)
            try transmitRing.fill(transmitRing.count, from: pool)
            all.append(QueueMemory(receiveRing: receiveRing, transmitRing: transmitRing, pool: pool))
        }
        return all
    }
}

extension PageChoice {
    /// The pages to allocate.
    func size(needsHugePages: Bool) -> PageSize {
        switch self {
        case .automatic: needsHugePages ? .huge2MiB : .small
        case .small: .small
        case .huge2MiB: .huge2MiB
        case .huge1GiB: .huge1GiB
        }
    }
}
