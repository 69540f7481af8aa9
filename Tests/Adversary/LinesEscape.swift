// refused: inaccessible due to 'internal' protection level
import Ixy
import IxyModels

/// Lines escape through an `inout`, which Swift 6.3 does not diagnose.
func keep<Lines: ~Escapable>(_ burst: inout FrameBurst, _ lines: inout Lines) {
    lines = burst.store.freeLines(upTo: 8)
}
