// error: capture of 'packet' with non-Sendable type 'PacketView'
// error: mutable capture of 'inout' parameter 'packet' is not allowed in concurrently-executing code
// A packet that a pipeline shows cannot go to another thread.
import Foundation
import Ixy

func forward(_ pipeline: inout Pipeline) {
    pipeline.run { packet in
        #if TWIN
        let length = packet.count
        let thread = Thread { print(length) }
        #else
        let thread = Thread { print(packet.count) }
        #endif
        thread.start()
        return .send
    }
}
