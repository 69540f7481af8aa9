// refused: inaccessible
import Ixy
import IxyHardware

/// An address of descriptors that nobody has.
let forged = RingAddress(unchecked: 0x1000)
