// refused: uses unsafe constructs
import Ixy

struct Twin {
    var pool: AnyObject
    var offset: UInt32
    var length: UInt32
}

/// Rewrites a packet behind the compiler's back.
func rewrite(_ packet: inout Packet) {
    withUnsafeMutablePointer(to: &packet) { pointer in
        pointer.withMemoryRebound(to: Twin.self, capacity: 1) { $0.pointee.offset = 0 }
    }
}
