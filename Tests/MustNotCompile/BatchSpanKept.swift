// error: lifetime-dependent variable 'kept' escapes its scope
// The closure that visits a batch cannot carry a span into a parameter of the function around it.
import Ixy

#if TWIN
func keep(_ batch: inout PacketBatch, _ kept: inout UInt8) {
    batch.forEach { packet in kept = packet.bytes[0] }
}
#else
func keep(_ batch: inout PacketBatch, _ kept: inout RawSpan) {
    batch.forEach { packet in kept = packet.bytes }
}
#endif
