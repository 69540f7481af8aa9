// error: sending 'queue' risks causing data races
// A queue cannot be used here while a task uses it.
import Ixy

func share(_ queue: consuming TransmitQueue) async {
    async let other: Void = Task {
        var batch = PacketBatch(capacity: 32)
        queue.transmit(&batch)
    }.value
    #if !TWIN
    var batch = PacketBatch(capacity: 32)
    queue.transmit(&batch)
    #endif
    await other
}
