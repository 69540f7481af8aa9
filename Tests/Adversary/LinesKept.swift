// refused: inaccessible
import Ixy
import IxyHardware

/// Lines of a store outlive it.
func keep(_ lines: inout FrameStore.Lines) {
    var store = FrameStore()
    lines = store.freeLines(upTo: 8)
}
