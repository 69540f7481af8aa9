// refused: inaccessible due to 'internal' protection level
import Ixy
import IxyHardware

/// A barrier that nobody answers.
let barrier = ResetBarrier()
