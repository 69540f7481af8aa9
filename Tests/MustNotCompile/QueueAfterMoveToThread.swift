// error: 'queue' used after consume
// A queue that was moved to another thread cannot be used here any more.
import Ixy

func onAnotherThread(_ queue: consuming sending ReceiveQueue) {}

func share(_ queue: consuming ReceiveQueue, _ batch: inout PacketBatch) {
    #if TWIN
    queue.receive(into: &batch)
    onAnotherThread(queue)
    #else
    onAnotherThread(queue)
    queue.receive(into: &batch)
    #endif
}
