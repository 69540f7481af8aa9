// refused: inaccessible due to 'package' protection level
import Ixy
import IxyHardware

/// Lines escape through an `inout`, which Swift 6.3 does not diagnose.
func keep(_ store: inout FrameStore, _ lines: inout FrameStore.Lines) {
    lines = store.freeLines(upTo: 8)
}
