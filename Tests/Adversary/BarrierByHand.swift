// refused: cannot find 'ResetBarrier' in scope
import Ixy

/// A barrier that nobody answers.
let barrier = ResetBarrier()
