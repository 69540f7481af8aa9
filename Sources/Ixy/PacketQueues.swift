import Glibc
public import IxyHardware

/// One receive queue of a device. It is owned by one thread at a time; moving it moves the right to receive.
public protocol PacketReceiver: ~Copyable, Sendable {
    /// Appends received packets to `batch`, as many as have arrived and as it has room for. Never waits.
    ///
    /// - Returns: how many.
    @discardableResult
    mutating func receive(into batch: inout PacketBatch) -> Int
    /// Sleeps until a packet may have arrived, for at most so many milliseconds. Without interrupts it sleeps for a
    /// fraction of one.
    mutating func wait(milliseconds: Int)
    /// Takes part in a reset of the device, if there is one. `receive` does so itself; it is for a queue that is idle.
    ///
    /// - Returns: whether the queue runs.
    @discardableResult
    mutating func rejoin() -> Bool
    /// The queue's counters so far.
    var counters: ReceiveCounters { mutating get }
}

extension PacketReceiver where Self: ~Copyable {
    public mutating func wait(milliseconds: Int) {
        if milliseconds > 0 { usleep(50) }
    }
}

/// One transmit queue of a device. It is owned by one thread at a time; moving it moves the right to send.
public protocol PacketTransmitter: ~Copyable, Sendable {
    /// Sends packets from the front of `batch`, as many as the ring has room for; what does not fit stays in it.
    ///
    /// Also returns the buffers of packets that are out by now, so call it with an empty batch, too.
    /// - Returns: how many were taken.
    @discardableResult
    mutating func transmit(_ batch: inout PacketBatch) -> Int
    /// Takes part in a reset of the device, if there is one. `transmit` does so itself; it is for a queue that is idle.
    ///
    /// - Returns: whether the queue runs.
    @discardableResult
    mutating func rejoin() -> Bool
    /// Packets that the device has not yet reported as sent.
    var inFlight: Int { mutating get }
    /// The queue's counters so far.
    var counters: TransmitCounters { mutating get }
}

/// The counters that a receive queue's own thread keeps. The device's counters are in `DeviceStatistics`.
public struct ReceiveCounters: Sendable, Equatable {
    /// Packets handed to the app.
    public var packets: UInt64 = 0
    /// Their bytes, without the frame check sequence.
    public var bytes: UInt64 = 0
    /// Frames that were dropped because they came in several segments, which this queue does not deliver.
    public var multiSegment: UInt64 = 0
    /// Frames that were dropped because the device reported an error in them.
    public var errors: UInt64 = 0
    /// Descriptors in which the device said something impossible, such as a length beyond the buffer.
    public var deviceLies: UInt64 = 0
    /// Times a packet had to wait in the ring because the pool was empty.
    public var poolEmpty: UInt64 = 0

    public init() {}
}

/// The counters that a transmit queue's own thread keeps.
public struct TransmitCounters: Sendable, Equatable {
    /// Packets handed to the device.
    public var packets: UInt64 = 0
    /// Their bytes, without padding and frame check sequence.
    public var bytes: UInt64 = 0
    /// Packets that no frame can carry (empty, or longer than the device takes), or that lie in memory which the device
    /// cannot reach; dropped.
    public var unsendable: UInt64 = 0
    /// Packets that the device had not reported as sent when it was reset or went away. Whether they went out nobody knows.
    public var abandoned: UInt64 = 0
    /// Times the device reported an impossible head.
    public var deviceLies: UInt64 = 0

    public init() {}
}
