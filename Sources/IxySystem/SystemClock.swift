import Glibc
#if arch(x86_64)
import _Builtin_intrinsics.intel
#endif

/// The kernel's clocks, and the processor's.
package enum SystemClock {
    /// Nanoseconds of a clock that Linux always has, such as `CLOCK_MONOTONIC`.
    package static func nanoseconds(_ clock: CInt) -> UInt64 {
        var time = timespec()
        // Sound: the call fills in the structure that it is given.
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    #if arch(x86_64)
    /// The processor's counter of cycles, where it has the instruction `rdtscp`. All instructions before it have finished
    /// when it is read.
    package static func timeStamp() -> UInt64 {
        var processor: UInt32 = 0
        // Sound: the instruction stores the processor's number in a variable of the size that it wants.
        return unsafe __rdtscp(&processor)
    }
    #endif
}
