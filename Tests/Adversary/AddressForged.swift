// refused: cannot find 'RingAddress' in scope
import Ixy

/// An address of descriptors that nobody has.
let forged = RingAddress(unchecked: 0x1000)
