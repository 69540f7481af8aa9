// refused: requires that 'Packet' conform to 'Copyable'
import Ixy

func twice<Value>(_ value: Value) -> (Value, Value) { (value, value) }

/// Copies a packet where the type is not known.
func copy(_ packet: consuming Packet) {
    _ = twice(packet)
}
