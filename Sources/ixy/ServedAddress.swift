import ArgumentParser
import Ixy
import IxyModels

/// A device that `ixy serve` offers at a socket: the path and the device's properties, such as
/// `/run/vhost0.sock,in=a.pcap,out=b.pcap`.
struct ServedAddress: Equatable, Sendable {
    /// The address as it was given.
    let text: String
    let path: String
    /// Connects to a driver that listens, instead of listening for one.
    private(set) var isClient = false
    /// A capture whose frames the device receives, in place of a cable.
    private(set) var input: String?
    /// A capture that takes what the driver sends.
    private(set) var output: String?
    /// Whether the device receives frames that the model makes up.
    private(set) var generates = false
    /// Drivers are trusted not to take memory away that they share.
    private(set) var allowsUnsealed = false
    /// Whether it offers packed queues, frames in several buffers, and how many pairs of queues.
    private(set) var isPacked = true
    private(set) var isMergeable = true
    private(set) var queues = 1

    /// The syntax of such an address, for messages.
    static let syntax = "PATH[,in=FILE][,out=FILE][,generate][,client][,queues=N][,packed=off][,mergeable=off][,unsealed]"

    init(_ text: String) throws {
        self.text = text
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let path = parts.first, !path.isEmpty else {
            throw ValidationError("'\(text)' names no socket; write \(Self.syntax).")
        }
        self.path = String(path)
        var said: Set<Substring> = []
        for part in parts.dropFirst() {
            let name = part.prefix { $0 != "=" }, value = part.dropFirst(name.count + 1)
            guard said.insert(name).inserted else {
                throw ValidationError("'\(text)' says '\(name)' twice; say it once.")
            }
            switch (name, value) {
            case ("client", "") where part == "client": isClient = true
            case ("unsealed", "") where part == "unsealed": allowsUnsealed = true
            case ("generate", "") where part == "generate": generates = true
            case ("in", let file) where !file.isEmpty: input = String(file)
            case ("out", let file) where !file.isEmpty: output = String(file)
            case ("packed", "on"), ("packed", "off"): isPacked = value == "on"
            case ("mergeable", "on"), ("mergeable", "off"): isMergeable = value == "on"
            case ("queues", let number):
                guard let count = Int(number), (1...64).contains(count) else {
                    throw ValidationError("'\(part)' in '\(text)' is no number of queue pairs; use 1 to 64.")
                }
                queues = count
            default: throw ValidationError("'\(part)' in '\(text)' is no option of a served device; write \(Self.syntax).")
            }
        }
        guard input == nil || !generates else {
            throw ValidationError("'\(text)' has both in= and generate; frames can come from one of them only.")
        }
    }

    /// The properties of the device.
    var options: ModelVirtIO.Options {
        var options = ModelVirtIO.Options()
        options.queuePairs = queues
        if isPacked { options.features.insert(.packedRing) }
        if !isMergeable { options.features.remove(.mergeableBuffers) }
        return options
    }
}
