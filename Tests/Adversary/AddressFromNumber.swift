// refused: cannot find 'WordAddress' in scope
import Ixy

/// An address where the device writes a word.
let forged = WordAddress(0x1000)
