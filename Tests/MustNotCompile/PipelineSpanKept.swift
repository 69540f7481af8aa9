// error: lifetime-dependent variable 'kept' escapes its scope
// Nor can the closure that a pipeline calls.
import Ixy

#if TWIN
func keep(_ pipeline: inout Pipeline, _ kept: inout UInt8) {
    pipeline.run { packet in
        kept = packet.bytes[0]
        return .send
    }
}
#else
func keep(_ pipeline: inout Pipeline, _ kept: inout RawSpan) {
    pipeline.run { packet in
        kept = packet.bytes
        return .send
    }
}
#endif
