import BasicContainers
import IxyHardware

extension VirtIO {
    /// How many descriptors each queue has.
    struct QueueSizes: Sendable {
        var receive: [Int] = []
        var transmit: [Int] = []
        /// Nil without a control queue.
        var control: Int?
        /// The longest frame that may arrive, without its header.
        var longestFrame: Int
    }

    /// The queues of a device that is not started yet.
    struct Queues: ~Copyable {
        var receive = UniqueArray<Ixy.ReceiveQueue>()
        var transmit = UniqueArray<Ixy.TransmitQueue>()

        consuming func makeDevice<T: Transport & ~Copyable>(
            _ controller: consuming Controller<T>, mapper: any DMAMapper, pages: PageSize
        ) -> Device {
            let bufferSize = controller.settings.bufferSize(headroom: VirtIO.headroom)
            let barrier = controller.barrier, carriesOffloads = controller.agreement.offloads != nil
            return Device(
                address: controller.address, driver: consume controller, receiveQueues: receive,
                transmitQueues: transmit, mapper: mapper, pages: pages, headroom: VirtIO.headroom, bufferSize: bufferSize,
                carriesOffloads: carriesOffloads, barrier: barrier)
        }
    }

    /// Bytes before each packet: room for the header, on the cache line where the packet begins. Driver and device both write
    /// the header (VirtIO 1.2 §5.1.6.2.1, §5.1.6.4.1), and a line of its own would go to and fro for that alone.
    static var headroom: Int { PacketPool.shortestHeadroom }
}

extension VirtIO.Controller where T: ~Copyable {
    /// Asks the device how large its queues can be, and believes none of it.
    mutating func sizes() throws(IxyError) -> VirtIO.QueueSizes {
        var sizes = VirtIO.QueueSizes(longestFrame: settings.longestFrame)
        var pairs = 1
        if agreement.features.contains(.multiqueue), let claimed = try word(at: 8) {
            // VirtIO 1.2 §5.1.4.1: 1 to 0x8000.
            guard (1...0x8000).contains(claimed) else {
                throw .implausible(device: address, claim: "to have \(claimed) queue pairs")
            }
            guard settings.queues <= claimed else {
                throw .missingFeature(
                    device: address, feature: "\(settings.queues) queue pairs, but \(claimed)",
                    remedy: "use fewer, or give the device more")
            }
            pairs = claimed
        }
        for pair in 0..<settings.queues {
            sizes.receive.append(try size(of: pair * 2, wanted: settings.receiveRing))
            sizes.transmit.append(try size(of: pair * 2 + 1, wanted: settings.transmitRing))
        }
        controlIndex = pairs * 2
        if agreement.features.contains(.controlQueue) {
            let size = try size(of: controlIndex, wanted: agreement.isPacked ? 2 : 4)
            // A command in one piece, and its answer; such a device wants three pieces of the longest one.
            // (VirtIO 1.2 §5.1.6.6)
            guard size >= 4 || !agreement.splitsHeader else {
                throw .missingFeature(
                    device: address, feature: "a control queue of 4 descriptors, which commands take without"
                        + " VIRTIO_F_ANY_LAYOUT (27)",
                    remedy: "give the device longer queues, or none for commands, as with QEMU's ctrl_vq=off")
            }
            sizes.control = size
        }
        if agreement.features.contains(.mtu), let mtu = try word(at: 10) {
            guard mtu >= 68 else { throw .implausible(device: address, claim: "an MTU of \(mtu) bytes") }
            // With an Ethernet header and a VLAN tag. (VirtIO 1.2 §5.1.4.1)
            sizes.longestFrame = max(sizes.longestFrame, mtu + 18)
        }
        return sizes
    }

    private mutating func size(of queue: Int, wanted: Int) throws(IxyError) -> Int {
        let largest = try transport.largestQueue(queue)
        guard largest != 0 else {
            throw .missingFeature(
                device: address, feature: "a queue \(queue)", remedy: "use fewer queues, or give the device more")
        }
        // A packed ring can have any size up to the limit. (VirtIO 1.2 §2.7, §2.8.10.1)
        guard (2...32768).contains(largest), agreement.isPacked || largest & (largest - 1) == 0 else {
            throw .implausible(device: address, claim: "a size of \(largest) descriptors for queue \(queue)")
        }
        if agreement.isLegacy { return largest }
        return min(wanted, 1 << (Int.bitWidth - 1 - largest.leadingZeroBitCount))
    }

    /// A 16-bit number of the configuration; nil without one.
    private mutating func word(at offset: Int) throws(IxyError) -> Int? {
        guard let bytes = try transport.configuration(at: offset, count: 2), bytes.count == 2 else { return nil }
        return Int(bytes[0]) | Int(bytes[1]) << 8
    }

    /// Allocates all that the queues need, and makes them.
    mutating func makeQueues(
        _ sizes: VirtIO.QueueSizes, pages: PageSize, mapper: any DMAMapper
    ) throws(IxyError) -> VirtIO.Queues {
        var memory: VirtIO.QueueMemory
        do throws(HardwareError) {
            memory = try VirtIO.QueueMemory.allocate(sizes, agreement, settings, pages: pages, mapper: mapper)
        } catch {
            throw .hardware(error)
        }
        var queues = VirtIO.Queues()
        for pair in 0..<settings.queues {
            if agreement.isPacked {
                try add(
                    VirtIO.PackedReceiveRing(
                        try memory.packedReceive(sizes.receive[pair]), isMergeable: agreement.isMergeable,
                        isInOrder: agreement.isInOrder),
                    VirtIO.PackedTransmitRing(try memory.packedTransmit(sizes.transmit[pair]), isInOrder: agreement.isInOrder),
                    pair, memory, &queues, { Ixy.ReceiveQueue($0) }, { Ixy.TransmitQueue($0) })
            } else if agreement.hasLongHeader {
                try addSplit(
                    VirtIO.LongHeader.self, pair, sizes, &memory, &queues,
                    { Ixy.ReceiveQueue($0) }, { Ixy.TransmitQueue($0) })
            } else {
                try addSplit(
                    VirtIO.ShortHeader.self, pair, sizes, &memory, &queues,
                    { Ixy.ReceiveQueue(VirtIO.ShortSplitReceiver($0)) },
                    { Ixy.TransmitQueue(VirtIO.ShortSplitTransmitter($0)) })
            }
        }
        if let size = sizes.control {
            let packet = try memory.controlPacket()
            let ring: any VirtIO.ControlRing = agreement.isPacked
                ? VirtIO.PackedControlRing(try memory.packed(size), packet) : VirtIO.SplitControlRing(
                    try memory.split(size, header: VirtIO.LongHeader.count), packet, usesEvents: agreement.usesEvents,
                    isInOrder: agreement.isInOrder)
            let made = VirtIO.ControlQueue(ring, notifier: try transport.notifier(controlIndex))
            keepers.append(made.keeper)
            control = consume made
        }
        return queues
    }

    /// Where a queue interrupts, if it is to.
    private mutating func interrupt(_ queue: Int) throws(IxyError) -> EventFile? {
        guard settings.usesInterrupts, let file = try transport.interrupt(queue) else { return nil }
        return EventFile(adopting: file)
    }

    private mutating func addSplit<Header: VirtIO.FrameHeader>(
        _: Header.Type, _ pair: Int, _ sizes: VirtIO.QueueSizes, _ memory: inout VirtIO.QueueMemory,
        _ queues: inout VirtIO.Queues,
        _ eraseReceive: (consuming VirtIO.ReceiveQueue<VirtIO.SplitReceiveRing<Header>>) -> Ixy.ReceiveQueue,
        _ eraseTransmit: (consuming VirtIO.TransmitQueue<VirtIO.SplitTransmitRing<Header>>) -> Ixy.TransmitQueue
    ) throws(IxyError) {
        try add(
            VirtIO.SplitReceiveRing<Header>(
                try memory.splitReceive(
                    sizes.receive[pair], header: Header.count, buffersPerDescriptor: agreement.splitsHeader ? 2 : 1),
                isMergeable: agreement.isMergeable,
                isInOrder: agreement.isInOrder, usesEvents: agreement.usesEvents, splitsHeader: agreement.splitsHeader,
                fillsBuffers: agreement.fillsBuffers),
            VirtIO.SplitTransmitRing<Header>(
                try memory.splitTransmit(sizes.transmit[pair], header: Header.count), isInOrder: agreement.isInOrder, usesEvents: agreement.usesEvents),
            pair, memory, &queues, eraseReceive, eraseTransmit)
    }

    /// Makes a queue pair of its two rings. How its kind is forgotten is up to the caller, who knows it.
    private mutating func add<R: VirtIO.ReceiveRing & ~Copyable, X: VirtIO.TransmitRing & ~Copyable>(
        _ receive: consuming R, _ transmit: consuming X, _ pair: Int, _ memory: borrowing VirtIO.QueueMemory,
        _ queues: inout VirtIO.Queues, _ eraseReceive: (consuming VirtIO.ReceiveQueue<R>) -> Ixy.ReceiveQueue,
        _ eraseTransmit: (consuming VirtIO.TransmitQueue<X>) -> Ixy.TransmitQueue
    ) throws(IxyError) {
        layouts += [receive.layout, transmit.layout]
        keepers += [receive.slots.keeper, transmit.slots.keeper]
        let made = VirtIO.ReceiveQueue(
            ring: receive, pool: PacketPool(sharing: memory.pool), large: try memory.largePool(), notifier: try transport.notifier(pair * 2),
            interrupt: try interrupt(pair * 2), participant: barrier.join())
        if let offloads = agreement.offloads {
            queues.receive.append(Ixy.ReceiveQueue(VirtIO.OffloadReceiver(made, offloads)))
        } else {
            queues.receive.append(eraseReceive(made))
        }
        queues.transmit.append(
            eraseTransmit(
                VirtIO.TransmitQueue(
                    ring: transmit, pool: PacketPool(sharing: memory.pool), notifier: try transport.notifier(pair * 2 + 1),
                    participant: barrier.join(), splitsHeader: agreement.splitsHeader, offloads: agreement.offloads)))
    }
}
