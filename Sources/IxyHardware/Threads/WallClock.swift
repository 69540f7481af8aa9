import Glibc

/// The time of day, for the stamps of captures.
public enum WallClock {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    public static var nanoseconds: UInt64 {
        var time = timespec()
        // Sound: the call fills in the structure that it is given. It cannot fail: Linux always has this clock.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
