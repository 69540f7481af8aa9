// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var packet: Packet?
}

/// A packet is dropped while it is changed.
func sourceReentered() throws {
    var stage = try Stage()
    let box = Box()
    var batch = PacketBatch(capacity: 8)
    stage.receive(1, into: &batch)
    box.packet = batch.popLast()
    func change(_ packet: inout Packet?, _ body: () -> Void) {
        body()
        packet?.fill(with: 1)
    }
    change(&box.packet) { box.packet = nil }
}
