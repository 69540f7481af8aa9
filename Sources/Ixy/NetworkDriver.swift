/// The control side of a device, which every driver offers. The data side is in its queues.
public protocol NetworkDriver: ~Copyable, Sendable {
    /// The kind of device, for people.
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
