// error: overlapping accesses to 'packet'
// A span cannot be used once its packet is sent.
import IxyHardware

func send(_ packet: consuming Packet, into batch: inout PacketBatch) {
    var bytes = packet.bytes
    #if TWIN
    bytes[0] = 1
    batch.append(packet)
    #else
    batch.append(packet)
    bytes[0] = 1
    #endif
}
