// harmless
import Ixy
import IxyHardware
import IxyModels

/// Whatever a device can reach is written, through a port of its address space, while its driver runs.
func memoryScribbled() throws {
    var stage = try Stage()
    var port = DMAPort(stage.space)
    var batch = PacketBatch(capacity: 32)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
        for _ in 0..<200 {
            let address = IOAddressSpace.firstAddress + random.next() % 0x200_0000 & ~7
            _ = port.store64(random.next() & 0xFFFF_0000_0003 | 3, at: address)
        }
        stage.step()
        stage.left.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 1) }
        stage.right.transmit(&batch)
        batch.dropAll()
    }
}
