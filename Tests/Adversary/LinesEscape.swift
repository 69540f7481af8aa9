// refused: 'store' is inaccessible due to 'internal' protection level
import Ixy
import IxyModels

/// Lines of a burst escape through an `inout`, which Swift 6.3 does not diagnose.
func keep(_ burst: inout FrameBurst, _ lines: inout MutableSpan<SIMD64<UInt8>>) {
    lines = burst.store.freeLines(upTo: 8)
}
