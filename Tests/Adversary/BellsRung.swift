// harmless
import Ixy
import IxyHardware
import IxyModels

/// The bells of a card are rung with any numbers while its driver runs.
func bellsRung() throws {
    var stage = try Stage()
    let registers = ModelRegisters(stage.rightCard)
    var batch = PacketBatch(capacity: 32)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
        stage.step()
        stage.left.receive(into: &batch)
        stage.right.transmit(&batch)
        registers.tail(at: IXGBERegisters.TDT.offset(0)).write(UInt32(truncatingIfNeeded: random.next() % 80))
        registers.tail(at: IXGBERegisters.RDT.offset(0)).write(UInt32(truncatingIfNeeded: random.next()))
        stage.right.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 1) }
        batch.dropAll()
    }
}
