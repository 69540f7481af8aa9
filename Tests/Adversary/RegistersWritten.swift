// harmless
import Ixy
import IxyHardware
import IxyModels

/// Registers that name memory are written behind the driver's back: the modelled card still reaches only what is mapped.
func registersWritten() throws {
    var stage = try Stage()
    let registers = ModelRegisters(stage.rightCard)
    var batch = PacketBatch(capacity: 32), kept = PacketBatch(capacity: 32)
    var random = SystemRandomNumberGenerator()
    stage.receive(20, into: &kept)
    for _ in 0..<300 {
        let places = [IXGBERegisters.TDBAL.offset(0), IXGBERegisters.TDLEN.offset(0), IXGBERegisters.TDWBAL.offset(0),
            IXGBERegisters.RDBAL.offset(0), IXGBERegisters.RDLEN.offset(0), IXGBERegisters.SRRCTL.offset(0)]
        registers.write32(UInt32(truncatingIfNeeded: random.next()), at: places.randomElement() ?? 0)
        stage.step()
        stage.left.receive(into: &batch)
        stage.right.transmit(&batch)
        stage.right.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 1) }
        batch.dropAll()
    }
    kept.forEach { packet in packet.fill(with: 2) }
}
