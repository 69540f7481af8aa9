// error: mutation of captured parameter 'pipeline' in concurrently-executing code
// Two threads cannot both run one pipeline; it has to be handed over, and only one of them gets it.
import Foundation
import Ixy
import Synchronization

func share(_ pipeline: consuming Pipeline) {
    #if TWIN
    let handOver = Mutex<Pipeline?>(pipeline)
    let thread = Thread {
        guard var pipeline = handOver.withLock({ $0.take() }) else { return }
        pipeline.run { _ in .send }
    }
    thread.start()
    #else
    for _ in 0..<2 {
        let thread = Thread { pipeline.run { _ in .send } }
        thread.start()
    }
    #endif
}
