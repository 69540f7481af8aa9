// refused: cannot assign to property: 'capacity' is a 'let' constant
import Ixy

/// A view with more room than its buffer has.
func stretch(_ view: inout PacketView) {
    view.capacity = 65535
}
