#if arch(x86_64)
import IxySystem

/// The processor's counter of cycles, at its nominal and not at its present frequency.
public struct TimeStampCounter: Sendable {
    /// The counter of this machine.
    ///
    /// - Throws: `HardwareError.invalid` where the processor has none that can be trusted to measure time: some
    ///   emulators do not know the instruction at all, and would end the process.
    public init() throws(HardwareError) {
        // The first processor's entry is at the top, and all are alike.
        let description = try Sysfs().text("/proc/cpuinfo") ?? ""
        guard Self.isUsable(cpuinfo: description) else {
            throw .invalid(
                what: "this processor has no constant time stamp counter", remedy: "measure in nanoseconds instead")
        }
    }

    /// Ticks since some moment in the past. All instructions before it have finished when it is read.
    public func now() -> UInt64 { SystemClock.timeStamp() }

    /// Ticks a second, by comparison with the monotonic clock for `milliseconds`, 1 to 10 000.
    ///
    /// 20 ms are good for about 10 parts in a million on a quiet machine.
    public func frequency(measuredFor milliseconds: UInt64 = 20) -> Double {
        precondition((1...10_000).contains(milliseconds), "1 to 10 000 ms")
        let start = (time: MonotonicClock.nanoseconds, ticks: now())
        var end = start
        repeat {
            end = (MonotonicClock.nanoseconds, now())
        } while end.time - start.time < milliseconds * 1_000_000
        return Double(end.ticks &- start.ticks) * 1e9 / Double(end.time - start.time)
    }

    /// Whether the flags of the first processor in `/proc/cpuinfo` promise the instruction and a constant rate.
    package static func isUsable(cpuinfo: String) -> Bool {
        guard let line = cpuinfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return false }
        let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" }))
        return flags.contains("rdtscp") && flags.contains("constant_tsc")
    }
}
#endif
