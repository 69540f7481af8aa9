// refused: noncopyable 'packet' cannot be consumed when captured by an escaping closure
import Ixy

/// A closure that can be called twice gives the packet away twice.
func closure(_ packet: consuming Packet, _ take: @escaping (consuming Packet) -> Void) -> () -> Void {
    { take(packet) }
}
