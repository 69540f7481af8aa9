// error: lifetime-dependent variable 'kept' escapes its scope
// The closure that visits a batch cannot carry a span out of it.
import Ixy

func visit(_ batch: inout PacketBatch) -> UInt8 {
    #if TWIN
    var first: UInt8 = 0
    batch.forEach { packet in
        let bytes = packet.bytes
        first = bytes[0]
    }
    return first
    #else
    var kept = RawSpan()
    batch.forEach { packet in
        let bytes = packet.bytes
        kept = bytes
    }
    return kept[0]
    #endif
}
