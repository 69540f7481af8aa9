import BasicContainers
import IxyHardware

extension IXGBE {
    /// Starts a port, and makes a device of it and its queues.
    ///
    /// - Parameters:
    ///   - name: what the device is, for people.
    ///   - interrupts: what wakes receive queues that wait, if `settings` want that.
    ///
    /// The other parameters are those of the other `start`.
    package static func start<Bus: RegisterBus & ~Copyable, Source: InterruptSource & ~Copyable>(
        _ bus: consuming Bus, port: consuming PCIPort? = nil, name: String, address: String, settings: DeviceSettings,
        mapper: any DMAMapper, needsHugePages: Bool, interrupts: consuming Source = NoInterrupts()
    ) throws(IxyError) -> Device {
        try check(settings)
        let sleeps = try wire(&interrupts, settings)
        let options = Options(vectorCount: sleeps.count)
        var receiveQueues = UniqueArray<Ixy.ReceiveQueue>(minimumCapacity: settings.queues)
        var transmitQueues = UniqueArray<Ixy.TransmitQueue>(minimumCapacity: settings.queues)
        let controller = try start(
            bus, port: port, address: address, settings: settings, mapper: mapper, needsHugePages: needsHugePages, sleeps: sleeps,
            preparing: { options.prepare($0) }
        ) { receive, transmit in
            receiveQueues.append(Ixy.ReceiveQueue(receive))
            transmitQueues.append(Ixy.TransmitQueue(transmit))
        }
        let barrier = controller.barrier
        return Device(
            address: address, driver: Driver(controller, name: name, options: options), receiveQueues: receiveQueues,
            transmitQueues: transmitQueues, mapper: mapper, pages: settings.pages.size(needsHugePages: needsHugePages),
            bufferSize: settings.bufferSize(headroom: 0), barrier: barrier)
    }
}
