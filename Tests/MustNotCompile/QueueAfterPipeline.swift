// error: 'source' consumed more than once
// A queue that belongs to a pipeline cannot be used beside it.
import Ixy

func forward(_ source: consuming ReceiveQueue, _ target: consuming TransmitQueue) throws {
    var pipeline = try Pipeline(from: source, to: target)
    #if TWIN
    pipeline.run { _ in .send }
    #else
    var queue = source
    var batch = PacketBatch(capacity: 32)
    queue.receive(into: &batch)
    pipeline.run { _ in .send }
    #endif
}
