// error: 'packet' consumed in a loop
// One packet cannot be sent in each round of a loop.
import Ixy

func flood(_ packet: consuming Packet, into batch: inout PacketBatch) {
    #if TWIN
    batch.append(packet)
    #else
    for _ in 0..<2 { batch.append(packet) }
    #endif
}
