import Glibc
import IxySystem

/// The time since some moment in the past, which never jumps.
public enum MonotonicClock {
    /// Nanoseconds.
    public static var nanoseconds: UInt64 { SystemClock.nanoseconds(CLOCK_MONOTONIC) }
}
