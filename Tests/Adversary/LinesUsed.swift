// harmless
import Ixy
import IxyHardware
import IxyModels

private func keep(_ store: inout FrameStore, _ lines: inout FrameStore.Lines) { lines = store.freeLines(upTo: 8) }

/// Writes into a store that is gone.
func linesUsed() throws {
    var first = FrameStore()
    var lines = first.freeLines(upTo: 1)
    do {
        var second = FrameStore()
        keep(&second, &lines)
    }
    lines.fill(0, with: SIMD64(repeating: 65), number: 1, at: 0)
}
