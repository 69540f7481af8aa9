import Glibc
import IxySystem

/// The time of day, for the stamps of captures.
package enum WallClock {
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    package static var nanoseconds: UInt64 { SystemClock.nanoseconds(CLOCK_REALTIME) }
}
