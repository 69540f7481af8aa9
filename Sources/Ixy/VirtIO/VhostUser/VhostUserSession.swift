import IxyHardware
import Synchronization

/// A front-end's connection to its back-end, which may be lost and made anew.
///
/// The driver and whoever maps memory may use it at the same time: each exchange has it for itself.
final class VhostUserSession: SharedMemoryObserver {
    private let settings: VhostUserSettings
    private let state: Mutex<VhostUserState>

    /// Listens if it is to, but does not wait for anything.
    init(_ settings: VhostUserSettings) throws(VhostUserError) {
        self.settings = settings
        var state = VhostUserState()
        if settings.isServer {
            do {
                state.listener = try UnixListener.bind(settings.path)
            } catch {
                throw .socket(error)
            }
        }
        self.state = Mutex(state)
    }

    /// Drops the connection, if there is one, and makes a new one, up to the point at which features are known.
    ///
    /// - Parameter milliseconds: how long to wait for somebody to connect, or to let us.
    func connect(waiting milliseconds: Int) throws(VhostUserError) {
        try state.withLock { state throws(VhostUserError) in
            state.hangUp()
            let deadline = Deadline(milliseconds: milliseconds)
            do throws(SocketError) {
                if settings.isServer {
                    guard let socket = try state.listener?.accept(before: deadline) else {
                        throw SocketError.timedOut
                    }
                    state.channel = VhostUser.Channel(socket)
                } else {
                    state.channel = VhostUser.Channel(try UnixSocket.connect(settings.path, before: deadline))
                }
            } catch {
                throw .init(error, during: "the wait for a back-end", milliseconds: milliseconds)
            }
            try state.greet()
        }
    }

    /// Drops the connection. The back-end stops when it sees it.
    func close() { state.withLock { $0.hangUp() } }

    /// Whether the back-end is there, as far as a look tells. Whoever is talking to it just now finds out by himself.
    var isConnected: Bool { state.withLockIfAvailable { $0.channel?.isConnected ?? false } ?? true }
    /// The back-end's feature bits, of the device and of the protocol itself.
    var offered: UInt64 { state.withLock { $0.offered } }
    /// Both sides know protocol features at all, so that vrings begin disabled. (Ring states)
    var hasProtocolFeatures: Bool { offered & VhostUser.protocolFeaturesBit != 0 }
    var protocolFeatures: VhostUser.ProtocolFeatures { state.withLock { $0.protocolFeatures } }
    var queuePairs: Int { state.withLock { $0.queuePairs } }

    /// Sends `request` and returns the answer.
    func ask(_ request: VhostUser.Request) throws(VhostUserError) -> VhostUser.Reply {
        try state.withLock { state throws(VhostUserError) in try state.exchange(request, files: []) }
    }

    /// Sends `request`. The back-end has said yes to it if it knows how to.
    func tell(_ request: VhostUser.Request, files: [CInt] = []) throws(VhostUserError) {
        _ = try state.withLock { state throws(VhostUserError) in try state.exchange(request, files: files) }
    }

    /// Tells the back-end of memory for the first time, as is due before a vring in it.
    func begin(sharing regions: [SharedMemoryRegion]) throws(VhostUserError) {
        try state.withLock { state throws(VhostUserError) in
            if !state.hasMemoryTable { try state.send(regions) }
        }
    }

    /// Tells the back-end of more memory, which is there before anything in it is used.
    func share(_ regions: [SharedMemoryRegion]) throws(HardwareError) {
        do throws(VhostUserError) {
            try state.withLock { state throws(VhostUserError) in
                if state.hasMemoryTable { try state.send(regions) }
            }
        } catch .closed {
            // The next back-end is told of all.
        } catch {
            throw settings.named(error)
        }
    }
}

/// A session's knowledge of its back-end.
struct VhostUserState: ~Copyable, Sendable {
    var listener: UnixListener?
    var channel: VhostUser.Channel?
    private(set) var offered: UInt64 = 0
    private(set) var protocolFeatures: VhostUser.ProtocolFeatures = []
    private(set) var queuePairs = 1
    /// The back-end knows of all memory that was shared until now.
    private(set) var hasMemoryTable = false

    /// The protocol features that we know how to use.
    private static let known: VhostUser.ProtocolFeatures = [.multiqueue, .acknowledgements, .configuration, .status]

    mutating func hangUp() {
        channel = nil
        hasMemoryTable = false
    }

    /// Sends `request` and returns the answer, or an acknowledgement, real or assumed. After an error that leaves open
    /// where the next message begins, the connection is closed.
    mutating func exchange(_ request: VhostUser.Request, files: [CInt]) throws(VhostUserError) -> VhostUser.Reply {
        guard channel != nil else { throw .closed(during: request.code.name) }
        let isAcknowledged = protocolFeatures.contains(.acknowledgements) && !request.hasReply
        let deadline = Deadline(milliseconds: VhostUser.Channel.patience)
        var reply = VhostUser.Reply.word(0)
        do throws(VhostUserError) {
            try channel!.send(request, files: files, needsReply: isAcknowledged, before: deadline)
            if isAcknowledged || request.hasReply {
                reply = try channel!.receiveReply(to: request, before: deadline)
            }
        } catch {
            hangUp()
            throw error
        }
        guard !isAcknowledged || reply == .word(0) else { throw .refused(request.code.name) }
        return reply
    }

    private mutating func number(_ request: VhostUser.Request) throws(VhostUserError) -> UInt64 {
        guard case .word(let value) = try exchange(request, files: []) else {
            throw .malformed("a reply to \(request.code.name) without a number")
        }
        return value
    }

    /// The first messages of a connection. (Communication: starting)
    mutating func greet() throws(VhostUserError) {
        protocolFeatures = []
        queuePairs = 1
        _ = try exchange(.setOwner, files: [])
        offered = try number(.getFeatures)
        guard offered & VhostUser.protocolFeaturesBit != 0 else { return }
        let common = VhostUser.ProtocolFeatures(rawValue: try number(.getProtocolFeatures)).intersection(Self.known)
        _ = try exchange(.setProtocolFeatures(common), files: [])
        protocolFeatures = common
        guard common.contains(.multiqueue) else { return }
        let count = try number(.getQueuePairs)
        guard count > 0 else {
            hangUp()
            throw .malformed("0 queues")
        }
        queuePairs = Int(min(count, UInt64(VhostUser.largestQueuePairs)))
    }

    /// Tells the back-end which memory there is. When this returns it can use all of it.
    mutating func send(_ regions: [SharedMemoryRegion]) throws(VhostUserError) {
        let table = regions.map { region in
            // One address does for both purposes: no pointer of ours leaves the process.
            VhostUser.Region(
                guestAddress: region.address, count: UInt64(region.count), userAddress: region.address, fileOffset: 0)
        }
        _ = try exchange(.setMemoryTable(table), files: regions.map(\.descriptor))
        if !protocolFeatures.contains(.acknowledgements) {
            // Messages are worked on in order: with this answer the table is in use.
            _ = try exchange(.getFeatures, files: [])
        }
        hasMemoryTable = true
    }
}
