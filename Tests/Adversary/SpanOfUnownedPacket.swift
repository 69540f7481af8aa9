// refused: unsafe
import Ixy

final class Box {
    var packet: Packet?
}

/// A reference that does not keep its object.
struct Keeper {
    unowned(unsafe) let box: Box
    func first() -> UInt8 { box.packet?[0] ?? 0 }
}
