// says: A queue that was taken out of its device still rings the card's doorbell when the device has stopped.
import Ixy
import IxyHardware
import IxyModels

func aQueueOutlivesItsDevice() throws {
    let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    var device = try Device.open(nic, address: "left", settings: DeviceSettings())
    guard var queue = device.takeTransmitQueue() else { return }
    var pool = try device.makePool(capacity: 64)
    var batch = PacketBatch(capacity: 8)
    pool.fill(&batch, count: 60)
    try device.stop()
    queue.transmit(&batch)
    nic.step()
    // TDT of queue 0. (82599 §8.2.3.9.10)
    if ModelRegisters(nic).read32(at: 0x6018) == 8 { print("SHOWN") }
}
