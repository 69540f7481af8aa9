// says: A view of a packet's bytes writes into the packet that has the buffer next.
import IxyHardware
import IxyModels

private func keep(_ packet: inout Packet, _ view: inout MutableRawSpan) { view = packet.bytes }

func viewOutlivesItsPacket() throws {
    var pool = try PacketPool(capacity: 1, pages: .small, mapper: IOAddressSpace())
    var view = MutableRawSpan()
    do {
        guard var packet = pool.makePacket(count: 60) else { return }
        keep(&packet, &view)
    }
    // One of these is in the same buffer.
    var batch = PacketBatch(capacity: pool.capacity)
    pool.fill(&batch, count: 60)
    batch.forEach { packet in packet.bytes[7] = 0 }
    view[7] = 0xAA
    batch.forEach { packet in if packet.bytes[7] == 0xAA { print("SHOWN") } }
}
