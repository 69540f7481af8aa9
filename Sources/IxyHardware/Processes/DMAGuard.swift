import IxySystem
import Synchronization

/// A watch over devices without an IOMMU: should this process end without having stopped them, by SIGKILL or by a trap,
/// a guard stops them before they write into memory that has passed to somebody else.
///
/// The guard is a small process, of which there is one at a time. It holds open the files behind all memory that these
/// devices reach, so that the kernel gives it to nobody, and the locks of the devices, so that nobody else starts them
/// meanwhile. As soon as this process is gone it clears the bus master bit of each device, and ends. The guard gets these
/// files and locks when it starts; when they change, the next guard is started before the last one is dismissed. Nothing of
/// this is near the hot path. One gap is left: somebody may kill the guard as well, as `systemctl kill --signal=KILL` does,
/// which kills all processes of a service.
///
/// There is one for the process, as what is kept are the process's memory and its end.
package final class DMAGuard: DMAWatch {
    package static let shared = DMAGuard()

    private struct State: ~Copyable {
        var devices: [PCIDevice: Guardian.Charge] = [:]
        /// The memory's file, by its mapping.
        var memory: [ObjectIdentifier: CInt] = [:]
        var guardian: Guardian?

        /// Lets a guardian stand for what is there now, before the one for what was there before is dismissed.
        mutating func renew() throws(HardwareError) {
            var next: Guardian?
            if !devices.isEmpty { next = try Guardian.start(Array(devices.values), holding: Array(memory.values)) }
            guardian.take()?.dismiss()
            guardian = next.take()
        }
    }

    private let state = Mutex(State())

    init() {}

    /// The device is about to do DMA.
    ///
    /// - Parameters:
    ///   - lock: the file whose lock keeps other processes away from it.
    ///   - calm: its command register without DMA.
    package func watch(_ device: PCIDevice, lock: CInt, calm: ConfigSpace.Command) throws(HardwareError) {
        let charge = Guardian.Charge(path: device.path("config"), calm: calm.rawValue, lock: lock)
        try state.withLock { state throws(HardwareError) in
            state.devices[device] = charge
            do throws(HardwareError) {
                try state.renew()
            } catch {
                state.devices[device] = nil
                throw error
            }
        }
    }

    /// The device does no DMA any more.
    package func forget(_ device: PCIDevice) {
        state.withLock { state in
            // A guardian that cannot be replaced holds on to more than it must, and does no harm.
            if state.devices.removeValue(forKey: device) != nil { try? state.renew() }
        }
    }

    /// Devices are about to get the addresses of `memory`.
    package func keep(_ memory: MappedMemory) throws(HardwareError) {
        try state.withLock { state throws(HardwareError) in
            state.memory[ObjectIdentifier(memory)] = memory.descriptor
            do throws(HardwareError) {
                try state.renew()
            } catch {
                state.memory[ObjectIdentifier(memory)] = nil
                throw error
            }
        }
    }

    /// No device has the addresses of `memory` any more.
    package func letGo(_ memory: MappedMemory) {
        state.withLock { state in
            if state.memory.removeValue(forKey: ObjectIdentifier(memory)) != nil { try? state.renew() }
        }
    }
}
