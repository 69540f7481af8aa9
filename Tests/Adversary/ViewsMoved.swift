// refused: lifetime-dependent
import Ixy

/// The same by hand.
func exchange(_ first: inout PacketView, _ second: inout PacketView) {
    let third = consume first
    first = second
    second = third
}
