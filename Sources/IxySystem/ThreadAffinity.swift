import Glibc

// Glibc has these for every program, but its header declares them only where _GNU_SOURCE is defined. `process` 0 is the
// calling thread; the mask is an array of words, `bytes` long.
@_extern(c, "sched_getaffinity")
private func sched_getaffinity(_ process: pid_t, _ bytes: Int, _ mask: UnsafeMutableRawPointer) -> CInt
@_extern(c, "sched_setaffinity")
private func sched_setaffinity(_ process: pid_t, _ bytes: Int, _ mask: UnsafeRawPointer) -> CInt

/// Which CPUs threads run on.
package enum ThreadAffinity {
    /// On which CPUs the calling thread may run: a bit for each, in words of which there are `words`.
    package static func current(words: Int) throws(ErrorNumber) -> [UInt] {
        var mask = [UInt](repeating: 0, count: words)
        // Sound: the mask is as long as the call is told, and it writes no more.
        _ = try ErrorNumber.check { unsafe Int(sched_getaffinity(0, words * MemoryLayout<UInt>.size, &mask)) }
        return mask
    }

    /// Lets the calling thread run on these CPUs only.
    package static func set(_ mask: [UInt]) throws(ErrorNumber) {
        // Sound: the mask is as long as the call is told, and it only reads.
        _ = try ErrorNumber.check { unsafe Int(sched_setaffinity(0, mask.count * MemoryLayout<UInt>.size, mask)) }
    }
}
