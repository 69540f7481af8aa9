// harmless
import Ixy
import IxyModels

/// Settings that no device can have are refused with an error.
func settingsOdd() throws {
    let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    func refused(_ change: (inout DeviceSettings) -> Void) {
        var settings = DeviceSettings()
        change(&settings)
        do {
            var device = try Device.open(nic, address: "odd", settings: settings)
            var batch = PacketBatch(capacity: 4)
            device.receive(into: &batch)
        } catch {}
    }
    for number in [0, -1, 3, 100, 65537] {
        refused { $0.receiveRing = number }
        refused { $0.transmitRing = number }
        refused { $0.queues = number }
        refused { $0.mtu = number }
        refused { $0.poolCapacity = number }
    }
}
