import Ixy
import IxyHardware

/// A VirtIO network device, as the specification describes it, with a record of all that a driver does wrong.
///
/// It knows nothing of threads, clocks and transports.
struct ModelVirtIONet: ~Copyable {
    let options: ModelVirtIO.Options
    var memory: DeviceMemory
    /// The events by which the driver notifies a queue, and those by which the device reports used buffers.
    var kicks: [EventFile]
    var interrupts: [EventFile]

    var status: VirtIO.Status = []
    var accepted: VirtIO.Features = []
    var configuration: DeviceConfiguration
    /// Changes whenever the device changes the configuration. (VirtIO 1.2 §2.5)
    var generation: UInt8 = 0
    /// Where the driver has put each queue, and from where on the device uses it.
    var layouts: [Int: (layout: VirtIO.QueueLayout, position: VringPosition)] = [:]
    /// The queues while the device is live, after the layout that was negotiated.
    var splitQueues: [SplitDeviceQueue] = []
    var packedQueues: [PackedDeviceQueue] = []
    var filter: ReceiveFilter
    /// Queue pairs in use.
    var activePairs = 1
    var transmitRules: TransmitRules
    var receiveRules: ReceiveRules
    var spreader: Spreader?

    /// Frames by the driver on their way.
    var outbound = FrameBurst()
    /// A frame waits until there is a buffer, instead of being dropped.
    var isLossless = false
    var counters = ModelVirtIO.Counters()
    var liar: Liar?

    init(_ options: ModelVirtIO.Options, space: IOAddressSpace) throws(HardwareError) {
        self.options = options
        memory = DeviceMemory(space)
        configuration = DeviceConfiguration(
            macAddress: options.macAddress, queuePairs: options.queuePairs, mtu: options.mtu)
        filter = ReceiveFilter(own: options.macAddress.value)
        transmitRules = TransmitRules([], mtu: options.mtu)
        receiveRules = ReceiveRules([], options)
        kicks = []
        interrupts = []
        for _ in 0..<options.queuePairs * 2 + 1 {
            kicks.append(try EventFile())
            interrupts.append(try EventFile())
        }
        filter.modes = options.startsPromiscuous ? .promiscuous : []
    }

    /// Somebody else sets up the queues, such as a vhost-user back-end: there is no status, and no control queue.
    var isServed = false

    var isPacked: Bool { accepted.contains(.packedRing) }

    /// The number of the control queue, and of all queues before it: one pair unless more were negotiated.
    /// (VirtIO 1.2 §5.1.2)
    var controlIndex: Int { isServed || accepted.contains(.multiqueue) ? options.queuePairs * 2 : 2 }

    /// Descriptors that a queue has at most; 0 if there is no such queue.
    func largestQueue(_ index: Int) -> Int {
        if index == controlIndex, offered.contains(.controlQueue) { return min(64, options.queueSize) }
        return (0..<controlIndex).contains(index) ? options.queueSize : 0
    }

    /// The features that the device offers.
    var offered: VirtIO.Features {
        options.isLegacy ? options.features.intersection(.legacy) : options.features
    }

    // MARK: Status

    /// Ends everything. (VirtIO 1.2 §2.4)
    mutating func reset() {
        wipe()
        memory.log.isPaused = false
        countKicks()
        for file in kicks { _ = file.take() }
        status = []
        accepted = []
        layouts = [:]
        splitQueues = []
        packedQueues = []
        activePairs = 1
        filter = ReceiveFilter(own: configuration.macAddress.value)
        filter.modes = options.startsPromiscuous ? .promiscuous : []
    }

    /// The driver writes the device status. (VirtIO 1.2 §2.1)
    mutating func setStatus(_ new: VirtIO.Status) {
        guard !new.isEmpty else { return reset() }
        if !new.isSuperset(of: status.subtracting(.needsReset)) {
            memory.violate("status \(status.rawValue) taken back to \(new.rawValue)", "2.1.1")
        }
        if status.contains(.failed) { memory.violate("status written after FAILED, without a reset", "2.1.1") }
        let added = new.subtracting(status)
        if added.contains(.needsReset) { memory.violate("DEVICE_NEEDS_RESET set by the driver", "2.1") }
        require(.acknowledge, before: .driver, "DRIVER before ACKNOWLEDGE", in: new, added)
        status.formUnion(new.intersection([.acknowledge, .driver, .failed]))
        if added.contains(.featuresOK) { agree(new, added) }
        if added.contains(.driverOK) {
            if !options.isLegacy { require(.featuresOK, before: .driverOK, "DRIVER_OK before FEATURES_OK", in: status, added) }
            require(.driver, before: .driverOK, "DRIVER_OK before DRIVER", in: status, added)
            goLive()
        }
    }

    private mutating func require(
        _ first: VirtIO.Status, before second: VirtIO.Status, _ text: String, in status: VirtIO.Status,
        _ added: VirtIO.Status
    ) {
        if added.contains(second), !status.contains(first) { memory.violate(text, "3.1.1") }
    }

    // MARK: Features

    /// The driver writes the features that it has chosen. (VirtIO 1.2 §2.2)
    mutating func accept(_ features: VirtIO.Features) {
        if !status.contains(.driver) { memory.violate("features accepted before DRIVER", "3.1.1") }
        guard !status.contains(.featuresOK), !status.contains(.driverOK) else {
            memory.violate("features accepted after the negotiation", "3.1.1")
            return
        }
        let extra = features.subtracting(offered)
        if !extra.isEmpty {
            memory.violate("feature bits \(hex(Int(truncatingIfNeeded: extra.rawValue))) were not offered", "2.2.1")
        }
        for name in features.incomplete { memory.violate("\(name) accepted without what it requires", "2.2.1") }
        accepted = features
    }

    /// The driver says that the features are chosen; the device may refuse.
    private mutating func agree(_ new: VirtIO.Status, _ added: VirtIO.Status) {
        require(.driver, before: .featuresOK, "FEATURES_OK before DRIVER", in: new, added)
        if options.isLegacy {
            memory.violate("FEATURES_OK, which legacy devices do not know", "3.1.2")
            return
        }
        if !accepted.contains(.version1) { memory.violate("VERSION_1 was offered and not accepted", "6.1") }
        let isPossible = offered.isSuperset(of: accepted) && accepted.incomplete.isEmpty && accepted.contains(.version1)
        if isPossible, !options.refusesFeatures { status.insert(.featuresOK) }
    }

    // MARK: Configuration

    /// Bytes of the device configuration.
    mutating func readConfiguration(at offset: Int, count: Int) -> [UInt8] {
        let all = configuration.bytes
        guard offset >= 0, count >= 0, offset <= all.count, count <= all.count - offset else {
            memory.violate("configuration read beyond its end, \(count) bytes at \(offset)", "5.1.4")
            return [UInt8](repeating: 0, count: max(0, min(count, 256)))
        }
        for field in DeviceConfiguration.forbidden(offset..<offset + count, offered: offered) {
            memory.violate("\(field) read, though the device does not offer what it belongs to", "2.5.1")
        }
        return Array(all[offset..<offset + count])
    }

    /// The driver writes the configuration, which only legacy devices allow, and only for the address.
    mutating func writeConfiguration(_ bytes: [UInt8], at offset: Int) {
        guard options.isLegacy, offset >= 0, bytes.count <= 6 - min(6, offset) else {
            memory.violate("configuration written, \(bytes.count) bytes at \(offset)", options.isLegacy ? "5.1.4.3" : "5.1.4")
            return
        }
        configuration.setMACAddress(bytes, at: offset)
        filter.own = configuration.macAddress.value
    }

    /// Plugs the cable in or out.
    mutating func setLink(_ isUp: Bool) {
        guard configuration.isLinkUp != isUp else { return }
        configuration.isLinkUp = isUp
        changeConfiguration()
    }

    /// Lies from now on, or stops it.
    mutating func setLiar(_ liar: Liar?) {
        wipe()
        self.liar = liar
        for index in splitQueues.indices { splitQueues[index].core.witness = liar == nil ? nil : [] }
        for index in packedQueues.indices { packedQueues[index].core.witness = liar == nil ? nil : [] }
    }

    mutating func changeConfiguration() {
        generation &+= 1
        counters.configurationChanges += 1
    }

    // MARK: Queues

    /// The driver says where a queue is.
    mutating func configure(_ index: Int, _ layout: VirtIO.QueueLayout) {
        guard largestQueue(index) > 0 else {
            memory.violate("queue \(index) set up, which does not exist", "5.1.2")
            return
        }
        guard !status.contains(.driverOK) else {
            memory.violate("queue \(index) set up while the device is live", "3.1.1")
            return
        }
        if !options.isLegacy, !status.contains(.featuresOK) {
            memory.violate("queue \(index) set up before FEATURES_OK", "3.1.1")
        }
        let rules = LayoutRules(
            index: index, largest: largestQueue(index), isLegacy: options.isLegacy, isPacked: isPacked)
        guard rules.check(layout, &memory) else { return }
        // A new split ring is empty. (VirtIO 1.2 §2.7.10.1)
        if !isPacked, memory.rings.load32(at: layout.deviceArea) != 0 {
            memory.violate("queue \(index): flags and index of the used ring are not 0 at the start", "2.7.10.1")
        }
        layouts[index] = (layout, .start(isPacked: isPacked))
    }

    /// The device may use its queues from now on.
    private mutating func goLive() {
        status.insert(.driverOK)
        for (index, file) in kicks.enumerated() where file.take() > 0 && !options.isLegacy {
            memory.violate("queue \(index) notified before DRIVER_OK", "3.1.1")
        }
        for index in [0, 1] where layouts[index] == nil {
            memory.violate("DRIVER_OK before queue \(index) is set up", "5.1.5")
        }
        prepareQueues()
        setActivePairs(1)
    }

    /// Makes all queues, of which those live that are set up.
    mutating func prepareQueues() {
        transmitRules = TransmitRules(accepted, mtu: options.mtu)
        receiveRules = ReceiveRules(accepted, options)
        if isPacked { packedQueues = makeQueues() } else { splitQueues = makeQueues() }
    }

    mutating func setActivePairs(_ count: Int) {
        activePairs = count
        spreader = options.spreads == .flow && count > 1 ? Spreader.standard(queues: count) : nil
    }

    private mutating func makeQueues<Queue: DeviceQueue>() -> [Queue] {
        (0...controlIndex).map { index in makeQueue(index) }
    }

    mutating func makeQueue<Queue: DeviceQueue>(_ index: Int) -> Queue {
        guard let (layout, position) = layouts[index] else {
            let nothing = VirtIO.QueueLayout(size: 0, descriptors: 0, driverArea: 0, deviceArea: 0)
            let core = QueueCore(index: index, layout: nothing, features: accepted, isLive: false)
            return Queue(core, at: .start(isPacked: isPacked))
        }
        var core = QueueCore(index: index, layout: layout, features: accepted)
        let isTransmit = index < controlIndex && index % 2 == 1
        core.usesInBatches = isTransmit && core.isInOrder
        if liar != nil { core.witness = [] }
        core.isScrambled = options.isScrambled && !core.isInOrder && index < controlIndex
        var queue = Queue(core, at: position)
        queue.setKicks(options.waitsForKicks || index == controlIndex, &memory)
        return queue
    }

    /// Takes note of notifications that came since the last look, for the counters.
    mutating func countKicks() {
        for index in splitQueues.indices { counters.move(&splitQueues[index].core, kicks[index].take()) }
        for index in packedQueues.indices { counters.move(&packedQueues[index].core, kicks[index].take()) }
    }
}
