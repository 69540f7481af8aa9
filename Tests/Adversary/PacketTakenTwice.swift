// refused: 'box' consumed more than once
import Ixy

/// An optional is taken without being emptied.
func take(_ box: consuming Packet?, _ batch: inout PacketBatch) {
    if let packet = box { batch.append(packet) }
    if let packet = box { batch.append(packet) }
}
