// error: missing reinitialization of inout parameter 'packet' after consume
// A packet that a pipeline shows cannot be kept: its buffer is the next packet's as soon as the closure is done.
import Ixy

func forward(_ pipeline: inout Pipeline) -> Int {
    #if TWIN
    var length = 0
    pipeline.run { packet in
        length = packet.count
        return .send
    }
    return length
    #else
    var kept: PacketView? = nil
    pipeline.run { packet in
        kept = consume packet
        return .send
    }
    return kept?.count ?? 0
    #endif
}
