/// The control side of a device, which every driver offers. The data side is in its queues.
public protocol NetworkDriver: ~Copyable, Sendable {
    /// What the device is, for people.
    var name: String { mutating get }
    /// The address that it receives for.
    mutating func macAddress() -> MACAddress
    /// Changes the address that it receives for, until the next reset.
    mutating func setMACAddress(_ address: MACAddress) throws(IxyError)
    /// Receives everything, or only what is meant for it.
    mutating func setPromiscuous(_ isOn: Bool) throws(IxyError)
    /// Receives frames to these groups, too, and no longer those to the groups of the last call. The filter of a device
    /// may let frames to other groups through. Broadcast is always received.
    mutating func setMulticast(_ groups: [MACAddress]) throws(IxyError)
    /// Receives frames to every group, or only to those of `setMulticast`.
    mutating func setAllMulticast(_ isOn: Bool) throws(IxyError)
    /// The state of the link now.
    mutating func link() -> LinkState
    /// All that the device has counted since it was started. Reads registers: not for the hot path.
    mutating func statistics() -> DeviceStatistics
    /// Brings the device back after it has lied, or after it went away, one step a call. It never waits for a queue, so
    /// call it again and again, say every few milliseconds, beside the threads that own the queues.
    ///
    /// - Returns: whether the device runs.
    /// - Throws: what kept it from starting; it is off then. `.untrustworthy` after too many resets; `.gone` or `.wasReset`
    ///   if it was pulled out, or reset by somebody else, and does not come back by itself.
    mutating func recover() throws(IxyError) -> Bool
    /// Stops the device: no queue runs and no DMA happens when this returns or throws. Can be called twice.
    mutating func stop() throws(IxyError)
}

/// The state of a link.
public struct LinkState: Sendable, Equatable, CustomStringConvertible {
    public let isUp: Bool
    /// In Mbit/s; 0 while the link is down, or if the device has no notion of speed.
    public let speed: Int

    public init(isUp: Bool, speed: Int) {
        self.isUp = isUp
        self.speed = isUp ? speed : 0
    }

    public var description: String { isUp ? speed > 0 ? "up, \(speed) Mbit/s" : "up" : "down" }
}

/// What a device has counted since it was started.
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

/// What a device has counted for one queue.
public struct QueueStatistics: Sendable, Equatable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    public var drops: UInt64 = 0

    public init() {}
}

/// How a device is to be set up.
public struct DeviceSettings: Sendable {
    /// Receive queues, and as many transmit queues.
    public var queues = 1
    /// Descriptors in each receive ring.
    public var receiveRing = 512
    /// Descriptors in each transmit ring.
    public var transmitRing = 512
    /// Buffers of each receive queue's pool; nil for what the rings need and a reserve for the app.
    public var poolCapacity: Int?
    /// What the memory is made of.
    public var pages = PageChoice.automatic
    /// Bytes of the longest payload that is received and sent, 1500 to 9706: what the Ethernet header, a VLAN tag and the
    /// frame check sequence come on top of. Above 2030 buffers are larger than the usual 2048 bytes.
    public var mtu = DeviceSettings.mtus.lowerBound
    /// Receive everything, not only what is addressed to the device.
    public var isPromiscuous = true
    /// Receive what is addressed to any group.
    public var receivesAllGroups = false
    /// The layout of a VirtIO device's queues.
    public var virtqueues = VirtqueueChoice.automatic
    /// Whether receive queues can sleep until the device interrupts, where it can: see `PacketReceiver.wait`.
    public var usesInterrupts = false
    /// Whether a VirtIO device may put a frame into several buffers, if it can.
    public var usesMergeableBuffers = true
    /// Whether a VirtIO device and the driver leave each other checksums to finish and TCP segments to cut: see
    /// `PacketOffload`. What is received then is to be sent through a device with offloads again.
    public var usesOffloads = false

    public init() {}

    /// What `mtu` can be. An 82599's longest frame has 9728 bytes, with a VLAN tag and the frame check sequence. (82599 §1.3)
    public static let mtus = 1500...9706

    /// Bytes of the longest frame: with an Ethernet header and a VLAN tag, without the frame check sequence.
    public var longestFrame: Int { mtu + 18 }

    /// Bytes of a buffer with `headroom` for the longest frame.
    func bufferSize(headroom: Int) -> Int { Self.bufferSize(for: longestFrame, headroom: headroom) }

    /// Bytes of a buffer with `headroom` for a frame of `longest` bytes.
    static func bufferSize(for longest: Int, headroom: Int) -> Int {
        var size = 2048
        while size < longest + headroom { size *= 2 }
        return size
    }

    /// Refuses an MTU that no device has.
    func checkMTU() throws(IxyError) {
        guard DeviceSettings.mtus.contains(mtu) else {
            throw .invalidSetting(
                "an MTU of \(mtu) bytes",
                remedy: "use \(DeviceSettings.mtus.lowerBound) to \(DeviceSettings.mtus.upperBound)")
        }
    }

    /// Buffers for a queue pair: those of the receive queue's pool, and one for each slot of the transmit ring. The reserve is
    /// enough for a pipeline, which fills another device's transmit ring from this pool.
    var poolBuffers: Int { (poolCapacity ?? receiveRing + max(1024, transmitRing)) + transmitRing }
}

/// Which pages a device's memory is made of.
public enum PageChoice: String, Sendable, CaseIterable {
    /// 2 MiB if the device needs physical addresses, else 4 KiB.
    case automatic = "auto"
    case small = "4k"
    case huge2MiB = "2m"
    case huge1GiB = "1g"
}
