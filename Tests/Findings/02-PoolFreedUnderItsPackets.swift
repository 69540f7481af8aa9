// crashes: A pool's memory is unmapped while packets of it are held.
import Ixy
import IxyHardware
import IxyModels

func poolFreedUnderItsPackets() throws {
    let space = IOAddressSpace()
    let nic = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    var settings = DeviceSettings()
    settings.transmitRing = 256
    var device = try Device.open(nic, address: "left", settings: settings)
    var kept = PacketBatch(capacity: 56), batch = PacketBatch(capacity: 200)
    do {
        var pool = try device.makePool(capacity: 256)
        pool.fill(&batch, count: 60)
    }
    while kept.room > 0, let packet = batch.popLast() { kept.append(packet) }
    var queue = device.takeTransmitQueue()
    let sent = queue?.transmit(&batch)
    for _ in 0..<300 { nic.step() }
    queue = nil
    try device.stop()
    print("sent \(sent ?? 0) packets, \(kept.count) are held, and \(space.mappedCount) pieces of memory are mapped")
    kept.forEach { packet in packet.bytes[0] = 1 }
}
