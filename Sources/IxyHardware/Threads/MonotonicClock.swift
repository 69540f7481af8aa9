import Glibc

/// The time since some moment in the past, which never jumps.
public enum MonotonicClock {
    /// Nanoseconds.
    public static var nanoseconds: UInt64 {
        var time = timespec()
        // Sound: the call fills in the structure that it is given. It cannot fail: Linux always has this clock.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
