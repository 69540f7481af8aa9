public import IxyHardware

/// The code that a pipeline runs on each packet.
public protocol PacketProcessor: ~Copyable {
    /// Looks at a packet, changes it, and says where it goes.
    mutating func process(_ packet: inout PacketView) -> Verdict
}

/// Where a packet goes.
@frozen
public struct Verdict: Sendable, Equatable {
    /// The number of the output; negative for none.
    @usableFromInline let output: Int

    @inlinable @inline(__always)
    init(output: Int) { self.output = output }

    /// To the pipeline's first output.
    @inlinable @inline(__always)
    public static var send: Verdict { Verdict(output: 0) }
    /// To the output with this number. Traps if it is negative, and when the pipeline has no such output.
    @inlinable @inline(__always)
    public static func send(to output: Int) -> Verdict {
        precondition(output >= 0, "no such output")
        return Verdict(output: output)
    }
    /// Nowhere.
    @inlinable @inline(__always)
    public static var drop: Verdict { Verdict(output: -1) }
}
