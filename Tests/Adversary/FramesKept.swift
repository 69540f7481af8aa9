// refused: lifetime-dependent
import Ixy
import IxyHardware
import IxyModels

/// A frame of a burst outlives it.
func keep(_ burst: borrowing FrameBurst, _ frame: inout RawSpan) {
    frame = burst.frame(0)
}
