// error: mutation of captured parameter 'queue' in concurrently-executing code
// Two threads cannot both capture one queue; it has to be handed over, and only one of them gets it.
import Foundation
import Ixy
import Synchronization

func share(_ queue: consuming ReceiveQueue) {
    #if TWIN
    let handOver = Mutex<ReceiveQueue?>(queue)
    let thread = Thread {
        guard var queue = handOver.withLock({ $0.take() }) else { return }
        var batch = PacketBatch(capacity: 32)
        queue.receive(into: &batch)
    }
    thread.start()
    #else
    for _ in 0..<2 {
        let thread = Thread {
            var batch = PacketBatch(capacity: 32)
            queue.receive(into: &batch)
        }
        thread.start()
    }
    #endif
}
