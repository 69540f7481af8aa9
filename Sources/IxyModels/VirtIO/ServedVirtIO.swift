package import Ixy
import IxyHardware

/// The model as a device whose queues somebody else sets up, one by one.
///
/// There is no control queue then: all that arrives is delivered, and receive queues are used as they come alive.
extension ModelVirtIO: VirtqueueDevice {
    package var offeredFeatures: VirtIO.Features { control { $0.showFeatures() } }
    package var queuePairs: Int { options.queuePairs }
    package var configuration: [UInt8] { control { $0.showConfiguration(at: 0, count: DeviceConfiguration.size) } }

    package func start(_ vring: Vring) { control { $0.start(vring) } }
    package func stop(_ index: Int) -> VringPosition { control { $0.stop(index) } }
}

extension ModelVirtIONet {
    mutating func start(_ vring: Vring) {
        if !isServed || accepted != vring.features {
            isServed = true
            accepted = vring.features
            filter.modes = .promiscuous
            prepareQueues()
        }
        guard (0..<controlIndex).contains(vring.index) else { return }
        if let kick = vring.kick { kicks[vring.index] = kick }
        if let call = vring.call { interrupts[vring.index] = call }
        layouts[vring.index] = (vring.layout, vring.position)
        if isPacked { packedQueues[vring.index] = makeQueue(vring.index) }
        if !isPacked { splitQueues[vring.index] = makeQueue(vring.index) }
        countPairs()
    }

    mutating func stop(_ index: Int) -> VringPosition {
        wipe()
        countKicks()
        guard layouts.removeValue(forKey: index) != nil else { return .start(isPacked: isPacked) }
        let position = isPacked ? packedQueues[index].position : splitQueues[index].position
        if isPacked { packedQueues[index] = makeQueue(index) } else { splitQueues[index] = makeQueue(index) }
        countPairs()
        return position
    }

    /// Pairs are used from the first one on, as long as both of their queues are there.
    private mutating func countPairs() {
        let pairs = (0..<options.queuePairs).prefix { layouts[$0 * 2] != nil && layouts[$0 * 2 + 1] != nil }
        setActivePairs(max(1, pairs.count))
    }
}
