// refused: value of type 'Packet' does not conform to specified type 'Copyable'
import Ixy

/// Copies a packet behind a type that can be copied.
func forge(_ packet: consuming Packet) -> (Any, Any) {
    let any: Any = packet
    return (any, any)
}
