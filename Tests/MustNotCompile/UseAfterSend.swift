// error: 'packet' used after consume
// The bytes of a packet that was sent cannot be touched.
import Ixy

func send(_ packet: consuming Packet, into batch: inout PacketBatch) {
    #if TWIN
    packet[0] = 1
    #endif
    batch.append(packet)
    #if !TWIN
    packet[0] = 1
    #endif
}
