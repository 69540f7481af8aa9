// refused: 'packet' consumed in a loop
import Ixy

/// One packet, appended again and again.
func send(_ packet: consuming Packet, _ batch: inout PacketBatch) {
    while batch.room > 0 { batch.append(packet) }
}
