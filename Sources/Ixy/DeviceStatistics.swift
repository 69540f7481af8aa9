/// A device's counters since it was started.
public struct DeviceStatistics: Sendable, Equatable {
    /// Good frames received and sent, and their bytes with the frame check sequence.
    public var receivedPackets: UInt64 = 0
    public var receivedBytes: UInt64 = 0
    public var sentPackets: UInt64 = 0
    public var sentBytes: UInt64 = 0
    /// Frames lost because the device's own buffer was full.
    public var missedPackets: UInt64 = 0
    /// Frames lost because a queue had no free descriptor.
    public var noDescriptor: UInt64 = 0
    /// Frames with a wrong frame check sequence.
    public var crcErrors: UInt64 = 0
    /// Frames whose length field or size was wrong: too short, too long, fragments, jabber.
    public var lengthErrors: UInt64 = 0
    /// Frames with an illegal symbol.
    public var symbolErrors: UInt64 = 0
    /// How often the device was reset because it had lied or went away.
    public var resets: UInt64 = 0
    /// Per receive queue (the first 16): packets, bytes, drops.
    public var receiveQueues: [QueueStatistics] = []
    /// Per transmit queue (the first 16): packets, bytes.
    public var transmitQueues: [QueueStatistics] = []

    public init() {}
}

/// A device's counters for one queue.
public struct QueueStatistics: Sendable, Equatable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    public var drops: UInt64 = 0

    public init() {}
}
