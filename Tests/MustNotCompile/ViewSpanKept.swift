// error: lifetime-dependent variable 'kept' escapes its scope
// Nor can a span of its bytes.
import Ixy

func forward(_ pipeline: inout Pipeline) -> UInt8 {
    #if TWIN
    var first: UInt8 = 0
    pipeline.run { packet in
        let bytes = packet.bytes
        first = bytes[0]
        return .send
    }
    return first
    #else
    var kept = RawSpan()
    pipeline.run { packet in
        let bytes = packet.bytes
        kept = bytes
        return .send
    }
    return kept[0]
    #endif
}
