// harmless
import Ixy
import IxyModels

/// A device gets another's control side, and its own is dropped.
func driverDropped() throws {
    var stage = try Stage()
    var batch = PacketBatch(capacity: 32)
    stage.receive(8, into: &batch)
    var other = try Device.open(ModelNIC(space: stage.space, macAddress: MACAddress(2, 0, 0, 0, 0, 3)), address: "other")
    swap(&stage.left.driver, &other.driver)
    _ = consume other
    for _ in 0..<50 {
        stage.step()
        stage.left.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 6) }
        stage.left.transmit(&batch)
    }
}
