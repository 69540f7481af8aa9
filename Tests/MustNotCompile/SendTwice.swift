// error: 'packet' consumed more than once
// A packet that was sent cannot be sent again.
import Ixy

func send(_ packet: consuming Packet, into batch: inout PacketBatch) {
    batch.append(packet)
    #if !TWIN
    batch.append(packet)
    #endif
}
