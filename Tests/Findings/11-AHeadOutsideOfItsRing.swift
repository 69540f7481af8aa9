// crashes: A driver that writes 0xFFFF to the head of a running queue ends the modelled card, and the program with it.
import Ixy
import IxyHardware
import IxyModels

func aHeadOutsideOfItsRing() throws {
    let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    var device = try Device.open(nic, address: "left", settings: DeviceSettings())
    for _ in 0..<300 { nic.step() }
    var pool = try device.makePool(capacity: 64)
    var batch = PacketBatch(capacity: 8)
    pool.fill(&batch, count: 60)
    // TDH of queue 0. (82599 §8.2.3.9.9)
    ModelRegisters(nic).write32(0xFFFF, at: 0x6010)
    device.transmit(&batch)
    for _ in 0..<10 { nic.step() }
    try device.stop()
}
