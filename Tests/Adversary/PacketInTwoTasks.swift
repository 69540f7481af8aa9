// refused: noncopyable 'packet' cannot be consumed when captured by an escaping closure
import Ixy

func drop(_ packet: consuming Packet) {}

/// Two tasks own one packet.
func share(_ packet: consuming Packet) {
    Task { drop(packet) }
    Task { drop(packet) }
}
