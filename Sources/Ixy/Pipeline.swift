public import BasicContainers
public import IxyHardware

/// Run to completion: each packet is looked at once, changed, and sent on or dropped, where it lies.
///
/// There is neither a pool nor a batch on the way: every slot of every ring has a buffer, and a packet goes from one ring
/// to another by an exchange of two slots' buffers. That is faster than `receive` and `transmit`, and enough for whoever
/// does not keep packets.
///
///     var pipeline = try Pipeline(from: &left, to: &right)
///     while running {
///         pipeline.run { packet in
///             packet[48] &+= 1
///             return .send
///         }
///     }
///
/// It is owned by one thread at a time; moving it moves the right to use its queues. One way only: a forwarder has two.
@frozen
public struct Pipeline: ~Copyable, Sendable {
    @usableFromInline var rings: IXGBE.Pipeline

    /// From a receive queue to a transmit queue, of 82599s that share their memory.
    ///
    /// - Throws: `.invalidSetting` if they are not such, or if packets are on their way. The queues are dropped then.
    public init(from source: consuming ReceiveQueue, to target: consuming TransmitQueue) throws(IxyError) {
        try self.init(from: source, to: target, UniqueArray())
    }

    /// The same with several outputs: `target` is number 0, and `others` are numbers 1 and up.
    ///
    /// A packet is looked at only when each of them has room for it.
    public init(
        from source: consuming ReceiveQueue, to target: consuming TransmitQueue,
        _ others: consuming UniqueArray<TransmitQueue>
    ) throws(IxyError) {
        var rest = UniqueArray<IXGBE.TransmitQueue>(minimumCapacity: others.count)
        for _ in 0..<others.count { rest.append(try Pipeline.idle(others.remove(at: 0))) }
        guard let input = source.takeIXGBE() else { throw Pipeline.wrongKind }
        let output = try Pipeline.idle(target)
        do throws(HardwareError) {
            rings = try IXGBE.Pipeline(from: input, to: output, rest)
        } catch {
            throw .hardware(error)
        }
    }

    /// From the last receive queue of `source` to the last transmit queue of `target`, which are taken out.
    public init(from source: inout Device, to target: inout Device) throws(IxyError) {
        guard let input = source.takeReceiveQueue(), let output = target.takeTransmitQueue() else {
            throw .invalidSetting("a device has no more queues", remedy: "ask for more when you open it")
        }
        try self.init(from: input, to: output)
    }

    private static func idle(_ queue: consuming TransmitQueue) throws(IxyError) -> IXGBE.TransmitQueue {
        guard queue.inFlight == 0 else {
            throw .invalidSetting("a pipeline to a queue with packets on their way", remedy: "wait until they are sent")
        }
        guard let output = queue.takeIXGBE() else { throw Pipeline.wrongKind }
        return output
    }

    private static var wrongKind: IxyError {
        .invalidSetting("a pipeline of a device other than an 82599", remedy: "use receive and transmit")
    }

    /// Shows each packet that has arrived to `body`, which changes it and says where it goes. Never waits.
    ///
    /// The devices are told once a call. Only if `limit` is less than 8 and the next packet is here already, the output's is
    /// told by a later call, of 8 packets at most: whoever stops calling while there are packets says `flush`.
    /// - Parameter limit: at most so many packets; never more than 32.
    /// - Returns: how many there were, those that the queue dropped included.
    @inlinable @inline(__always)
    @discardableResult
    public mutating func run(limit: Int = 32, _ body: (inout PacketView) -> Verdict) -> Int {
        rings.run(limit: limit, body)
    }

    /// Shows each packet that has arrived to `processor`. See `run(limit:_:)`.
    @inlinable @inline(__always)
    @discardableResult
    public mutating func run<Processor: PacketProcessor & ~Copyable>(
        limit: Int = 32, _ processor: inout Processor
    ) -> Int {
        rings.run(limit: limit) { packet in processor.process(&packet) }
    }

    /// Whether packets can go from `source` to `target` in place: both are 82599s and reach the same memory, and `source`
    /// has a receive queue that was not taken.
    public static func connects(_ source: borrowing Device, _ target: borrowing Device) -> Bool {
        source.sharesMemory(with: target) && !source.receiveQueues.isEmpty && !target.transmitQueues.isEmpty
            && source.receiveQueues[0].ixgbe != nil && target.transmitQueues[0].ixgbe != nil
    }

    /// Sleeps until a packet may have arrived, for at most so many milliseconds. Without interrupts it sleeps for a
    /// fraction of one.
    public func wait(milliseconds: Int) { rings.input.wait(milliseconds: milliseconds) }

    /// Tells the output's device of packets that it does not know of yet, if there are any. See `run(limit:_:)`.
    public mutating func flush() { rings.output.writeTail() }

    /// Takes part in a reset of a device, if there is one. `run` does so itself; it is for a pipeline that is idle.
    ///
    /// - Returns: whether it runs.
    @discardableResult
    public mutating func rejoin() -> Bool { rings.rejoin() }

    /// Sees which packets are sent by now. `run` does so itself.
    public mutating func reclaim() { rings.reclaim() }

    /// The receive queue's counters so far. Packets that were dropped on the way are counted here, too.
    public var received: ReceiveCounters { rings.input.counted }
    /// The counters of an output's transmit queue so far. Traps if there is no such output.
    public func sent(to output: Int = 0) -> TransmitCounters {
        output == 0 ? rings.output.counted : rings.others[output - 1].counted
    }
    /// Packets that an output's device has not yet reported as sent. Traps if there is no such output.
    public func inFlight(to output: Int = 0) -> Int {
        output == 0 ? rings.output.inFlight : rings.others[output - 1].inFlight
    }
}
