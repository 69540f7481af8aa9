// refused: inaccessible due to 'internal' protection level
import Ixy

/// A view of a length that nobody has checked.
func stretch(_ view: inout PacketView) {
    view.length = 65535
}
