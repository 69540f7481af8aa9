// refused: inaccessible due to 'internal' protection level
import Ixy
import IxyHardware

/// An address where the device writes a word.
let forged = WordAddress(0x1000)
