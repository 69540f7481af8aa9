// error: 'packets' is inaccessible due to 'package' protection level
// Nor is there one of a batch's packets: it could be kept while they are sent.
import Ixy

#if TWIN
func keep(_ batch: inout PacketBatch) { batch.forEach { packet in packet[0] = 1 } }
#else
func keep(_ batch: inout PacketBatch, _ kept: inout MutableSpan<Packet>) { kept = batch.packets(from: 0, 1) }
#endif
