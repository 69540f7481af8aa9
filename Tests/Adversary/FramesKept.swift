// refused: lifetime-dependent
import Ixy
import IxyHardware

/// Frames of a store outlive it.
func keep(_ store: borrowing FrameStore, _ frames: inout FrameStore.Frames) {
    frames = store.frames
}
