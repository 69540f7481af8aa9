import IxyHardware

/// How a driver finds and uses a device in another process.
public struct VhostUserSettings: Sendable, Equatable {
    /// The socket's path.
    public var path: String
    /// The driver listens and the back-end connects, instead of the other way round.
    public var isServer = false
    /// How long the driver waits for the first back-end to connect, in milliseconds. Only with `isServer`.
    public var patience = 30_000
    /// The most queue pairs.
    public var queues = 1
    /// Use packed rings if the back-end has them.
    public var isPacked = false
    /// Let a frame lie in several buffers if the back-end can do it.
    public var isMergeable = true
    /// Profit from a back-end that uses buffers in order.
    public var isInOrder = true

    public init(path: String) {
        self.path = path
    }

    /// The syntax of an address, for messages.
    public static let syntax = "vhost-user:PATH[,server][,queues=N][,packed][,mergeable=off][,in-order=off]"

    /// Whether `text` is meant to be such an address.
    public static func matches(_ text: String) -> Bool { text.hasPrefix(prefix) }
    private static let prefix = "vhost-user:"

    /// Parses an address, such as `vhost-user:/run/vhost0.sock,packed,queues=2`.
    public init(parsing text: String) throws(IxyError) {
        let parts = text.dropFirst(Self.prefix.count).split(separator: ",", omittingEmptySubsequences: false)
        guard Self.matches(text), let path = parts.first, !path.isEmpty else {
            throw .invalidSetting("'\(text)' names no socket", remedy: "write \(Self.syntax)")
        }
        self.path = String(path)
        for part in parts.dropFirst() {
            let option = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch (option[0], option.count > 1 ? option[1] : nil) {
            case ("server", nil): isServer = true
            case ("packed", nil), ("packed", "on"): isPacked = true
            case ("packed", "off"): isPacked = false
            case ("mergeable", "on"): isMergeable = true
            case ("mergeable", "off"): isMergeable = false
            case ("in-order", "on"): isInOrder = true
            case ("in-order", "off"): isInOrder = false
            case ("queues", let value?):
                guard let count = Int(value), (1...VhostUser.largestQueuePairs).contains(count) else {
                    throw .invalidSetting(
                        "'\(part)' in '\(text)'", remedy: "use 1 to \(VhostUser.largestQueuePairs) queues")
                }
                queues = count
            default:
                throw .invalidSetting("'\(part)' in '\(text)' is no option", remedy: "write \(Self.syntax)")
            }
        }
    }

    /// `error` with the device's address.
    func named(_ error: VhostUserError) -> HardwareError {
        if case .socket(.hardware(let error)) = error { return error }
        return .device(address: Self.prefix + path, problem: error.problem, remedy: error.remedy)
    }

    /// Of what a back-end offers, what the driver may not use.
    var withheld: VirtIO.Features {
        var features: VirtIO.Features = []
        if !isPacked { features.insert(.packedRing) }
        if !isMergeable { features.insert(.mergeableBuffers) }
        if !isInOrder { features.insert(.inOrder) }
        if queues == 1 { features.insert(.multiqueue) }
        return features
    }
}
