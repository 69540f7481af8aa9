// refused: cannot find type 'FrameStore' in scope
import Ixy
import IxyModels

/// Lines of a store outlive it.
func keep(_ lines: inout FrameStore.Lines) {
    var store = FrameStore()
    lines = store.freeLines(upTo: 8)
}
