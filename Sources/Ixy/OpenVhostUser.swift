public import IxyHardware

extension Device {
    /// Connects to a VirtIO device in another process, and starts it. Needs no privilege.
    ///
    /// - Parameters:
    ///   - mapper: makes memory reachable for the other process. Devices between which packets are forwarded share one.
    ///   - settings: queues, rings, memory. The layout of the queues and mergeable buffers are as `peer` says.
    /// - Throws: `.hardware` if nobody listens or the other side breaks the protocol; `.missingFeature`.
    public static func open(
        _ peer: VhostUserSettings, mapper: SharedMemoryMapper, settings: DeviceSettings = DeviceSettings()
    ) throws(IxyError) -> Device {
        var peer = peer
        peer.queues = max(peer.queues, settings.queues)
        var settings = settings
        settings.virtqueues = peer.isPacked ? .packed : .split
        settings.usesMergeableBuffers = peer.isMergeable
        try VirtIO.check(settings)
        let transport = try VhostUserTransport.open(peer, mapper: mapper)
        return try VirtIO.start(
            transport, address: "vhost-user:\(peer.path)", settings: settings, mapper: mapper, needsHugePages: false)
    }
}
