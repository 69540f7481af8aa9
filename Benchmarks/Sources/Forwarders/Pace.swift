import Ixy

/// How fast the processor computes, whatever its memory does: TSC cycles for a fixed number of steps in which it could do
/// several at once.
///
/// A virtual processor may be one of two threads of a core: when the other one has work, which is somebody else's, this one
/// gets half of the core.
public struct Pace: Sendable {
    let clock: TimeStampCounter

    public init(clock: TimeStampCounter) { self.clock = clock }

    /// The least of several, of some microseconds each.
    public func measure() -> UInt64 {
        var best = UInt64.max
        var sum: UInt64 = 0
        for _ in 0..<8 {
            let begin = clock.now()
            sum &+= Pace.steps(3000, from: begin)
            best = min(best, clock.now() - begin)
        }
        // The sum is used, or there would be no steps.
        return sum == 1 ? 0 : best
    }

    @inline(never)
    private static func steps(_ count: Int, from seed: UInt64) -> UInt64 {
        var a = seed, b = seed ^ 1, c = seed ^ 2, d = seed ^ 3
        for _ in 0..<count {
            a = (a &<< 1) ^ (a &>> 3)
            b = (b &<< 1) ^ (b &>> 3)
            c = (c &<< 1) ^ (c &>> 3)
            d = (d &<< 1) ^ (d &>> 3)
        }
        return a ^ b ^ c ^ d
    }
}
