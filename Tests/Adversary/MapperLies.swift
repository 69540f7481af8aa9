// harmless
import Ixy
import IxyHardware
import IxyModels

private final class Liar: DMAMapper {
    let real = IOAddressSpace()
    /// Pools of so many bytes get too few addresses.
    let size = 8 << 20
    func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        memory.count > size ? [0x1000, 0x5000] : try real.map(memory)
    }
    func unmap(_ memory: MappedMemory) { real.unmap(memory) }
}

/// A mapper that tells too few addresses.
func mapperLies() throws {
    let liar = Liar()
    let nic = try ModelNIC(space: liar.real, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    do {
        var device = try IXGBE.start(
            ModelRegisters(nic), name: "card", address: "card", settings: DeviceSettings(), mapper: liar, needsHugePages: false)
        var batch = PacketBatch(capacity: 8)
        let pool = try device.makePool(capacity: 8192)
        while pool.fill(&batch, count: 60) > 0 { device.transmit(&batch) }
    } catch {}
}
