/// Packets on their way between an app and queues, in order. Allocates once, when it is made.
///
/// It owns its packets: what is still in it when it goes out of scope returns to its pool.
@safe @frozen
public struct PacketBatch: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let packets: UnsafeMutablePointer<Packet>
    @usableFromInline
    var filled: Int
    /// The most it can hold.
    public let capacity: Int

    /// An empty batch. Traps unless `capacity` is 1 to 65536.
    public init(capacity: Int) {
        precondition((1...65536).contains(capacity), "a batch holds 1 to 65536 packets")
        unsafe packets = .allocate(capacity: capacity)
        self.capacity = capacity
        filled = 0
    }

    deinit {
        // Sound: the first `count` places are initialised, and `drop` moves every packet out.
        unsafe PacketBatch.drop(packets, count: count)
        unsafe packets.deallocate()
    }

    /// Number of packets in it.
    @inlinable
    public var count: Int { filled }
    /// How many more packets fit.
    @inlinable
    public var room: Int { capacity &- count }
    /// Whether there is none in it.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// Adds a packet at the end. Traps if the batch is full.
    @inlinable @inline(__always)
    public mutating func append(_ packet: consuming Packet) {
        precondition(count < capacity, "the batch is full")
        // Sound: `count` is below the allocation's length, and the place is not initialised.
        unsafe (packets + count).initialize(to: packet)
        filled &+= 1
    }

    /// Takes the last packet out, or nil if there is none.
    @inlinable
    public mutating func popLast() -> Packet? {
        guard count > 0 else { return nil }
        filled &-= 1
        // Sound: it was initialised and is no longer counted.
        return unsafe (packets + filled).move()
    }

    /// Returns the first packet to its pool; the others move up. Traps if there is none.
    public mutating func dropFirst() {
        precondition(count > 0, "the batch is empty")
        // Sound: the first place is initialised; `forgetFirst` does not look at it again.
        _ = unsafe packets.move()
        unsafe forgetFirst(1)
    }

    /// Lets `body` read and change each packet in turn.
    @inlinable @inline(__always)
    public mutating func forEach<Failure: Error>(_ body: (inout Packet) throws(Failure) -> Void) throws(Failure) {
        var index = 0
        while index < count {
            // Sound: the first `count` places are initialised; the batch is borrowed exclusively meanwhile.
            try unsafe body(&packets[index])
            index &+= 1
        }
    }

    /// Takes all packets out, in order. If `body` throws, the packet it was given is its own, and the rest is dropped.
    @inlinable
    public mutating func drain<Failure: Error>(_ body: (consuming Packet) throws(Failure) -> Void) throws(Failure) {
        let total = count
        filled = 0
        var index = 0
        while index < total {
            // Sound: each of the first `total` places was initialised and is moved from once.
            let packet = unsafe (packets + index).move()
            index &+= 1
            do {
                try body(packet)
            } catch {
                unsafe PacketBatch.drop(packets + index, count: total - index)
                throw error
            }
        }
    }

    /// Keeps the packets for which `isIncluded` says so and drops the others. The order stays.
    @inlinable
    public mutating func filter(_ isIncluded: (inout Packet) -> Bool) {
        let total = count
        filled = 0
        var kept = 0
        for index in 0..<total {
            // Sound: `kept <= index`, and the place at `kept` was moved from or is the same one.
            var packet = unsafe (packets + index).move()
            if isIncluded(&packet) {
                unsafe (packets + kept).initialize(to: packet)
                kept &+= 1
            } else {
                _ = consume packet
            }
        }
        filled = kept
    }

    /// Returns all packets to their pools.
    @inlinable
    public mutating func dropAll() {
        guard count > 0 else { return }
        let total = count
        filled = 0
        unsafe PacketBatch.drop(packets, count: total)
    }

    /// Drops `count` packets, those of one pool together.
    @inline(never) @usableFromInline
    static func drop(_ packets: UnsafeMutablePointer<Packet>, count: Int) {
        var index = 0
        while index < count {
            // A run of packets of the same pool is linked up and returned with one atomic operation.
            let core = unsafe packets[index].core
            let first = unsafe packets[index].granule
            var last = first
            var run = 1
            unsafe (packets + index).move().relinquish()
            while index + run < count, unsafe packets[index + run].core == core {
                let granule = unsafe packets[index + run].granule
                // Sound: both buffers are ours until the chain is given back.
                unsafe PoolCore.link(of: last, core).pointee = granule + 1
                last = granule
                unsafe (packets + index + run).move().relinquish()
                run += 1
            }
            unsafe PoolCore.giveBackChain(first: first, last: last, count: run, to: core)
            index += run
        }
    }
}
