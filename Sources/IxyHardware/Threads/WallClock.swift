import Glibc
import IxySystem

/// The time of day, for the stamps of captures.
public enum WallClock {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    public static var nanoseconds: UInt64 { SystemClock.nanoseconds(CLOCK_REALTIME) }
}
