package import IxyHardware
import IxySystem

/// A VirtIO device in another process, reached through a UNIX socket and shared memory, without any privilege.
///
/// The device has no control queue. With `multiqueue` it runs all queues that are configured; how many there can be,
/// `largestQueue` tells. The socket says nothing about rights: whoever may connect to it sees the memory of the mapper,
/// and nothing else.
package struct VhostUserTransport: VirtIO.Transport, ~Copyable {
    /// Notifications of a queue in both directions. They outlive a back-end.
    private struct Queue {
        let kick: EventFile
        let call: EventFile

        init() throws(HardwareError) {
            kick = try EventFile()
            call = try EventFile()
        }
    }

    private let settings: VhostUserSettings
    private let session: VhostUserSession
    private let mapper: SharedMemoryMapper
    /// The status that the driver has set; the device's status if the back-end does not keep one.
    private var ownStatus: VirtIO.Status = []
    private var accepted: VirtIO.Features = []
    private var queues: [Int: Queue] = [:]
    /// Queues that are described, and those among them that the back-end may use.
    private var configured: [Int] = []
    private var running: [Int] = []

    private init(_ settings: VhostUserSettings, session: VhostUserSession, mapper: SharedMemoryMapper) {
        self.settings = settings
        self.session = session
        self.mapper = mapper
    }

    /// Connects to the back-end; as a server, waits until one has connected.
    ///
    /// - Parameter mapper: all memory that the device is to use must be mapped through it.
    package static func open(
        _ settings: VhostUserSettings, mapper: SharedMemoryMapper
    ) throws(IxyError) -> VhostUserTransport {
        let session: VhostUserSession
        do throws(VhostUserError) {
            session = try VhostUserSession(settings)
            try session.connect(waiting: settings.isServer ? settings.patience : VhostUser.Channel.patience)
        } catch {
            throw .hardware(settings.named(error))
        }
        mapper.add(session)
        return VhostUserTransport(settings, session: session, mapper: mapper)
    }

    deinit {
        mapper.remove(session)
        session.close()
    }

    package var name: String { "VirtIO (vhost-user)" }
    package var isLegacy: Bool { false }
}

// The device.
extension VhostUserTransport {
    /// Features that a driver can use without a control queue. Of the rest, reaching memory through an IOMMU would need
    /// the back-end to ask us for addresses, which nobody has needed.
    private static let usable: VirtIO.Features = [
        .checksum, .guestChecksum, .guestTSO4, .guestTSO6, .hostTSO4, .hostTSO6, .mergeableBuffers, .multiqueue,
        .anyLayout, .indirectDescriptors, .eventIndex, .version1, .packedRing, .inOrder, .orderPlatform,
    ]
    /// Features that only say that the device configuration has a field.
    private static let described: VirtIO.Features = [.mtu, .macAddress, .status]

    package mutating func offeredFeatures() throws(IxyError) -> VirtIO.Features {
        var usable = Self.usable.subtracting(settings.withheld)
        if session.protocolFeatures.contains(.configuration) { usable.formUnion(Self.described) }
        if session.queuePairs == 1 { usable.remove(.multiqueue) }
        return VirtIO.Features(rawValue: session.offered).intersection(usable)
    }

    package mutating func accept(_ features: VirtIO.Features) throws(IxyError) {
        guard try offeredFeatures().isSuperset(of: features) else {
            throw .invalidSetting("features that the back-end does not offer", remedy: "choose among those that it does")
        }
        try tell(.setFeatures(features.rawValue | session.offered & VhostUser.protocolFeaturesBit))
        accepted = features
    }

    package mutating func status() throws(IxyError) -> VirtIO.Status {
        guard session.protocolFeatures.contains(.status) else { return ownStatus }
        guard case .word(let value) = try ask(.getStatus), let status = UInt8(exactly: value) else {
            throw .hardware(settings.named(.malformed("a status of more than 8 bits")))
        }
        return VirtIO.Status(rawValue: status)
    }

    package mutating func add(_ status: VirtIO.Status) throws(IxyError) {
        ownStatus.formUnion(status)
        if status.contains(.driverOK) { try startQueues() }
        if session.protocolFeatures.contains(.status) { try tell(.setStatus(ownStatus)) }
        // A ring also counts as started only from its first kick on. (Ring states)
        if status.contains(.driverOK) { for index in running { queues[index]?.kick.signal() } }
    }

    package mutating func reset() throws(IxyError) {
        let stopping = running
        forget()
        do throws(VhostUserError) {
            for index in stopping {
                if session.hasProtocolFeatures { try session.tell(.enableVring(vring: index, isOn: false)) }
                // The back-end answers once it has let go of the vring. (VHOST_USER_GET_VRING_BASE)
                _ = try session.ask(.getVringBase(vring: index))
            }
            if session.protocolFeatures.contains(.status) { try session.tell(.setStatus([])) }
        } catch .closed {
            // A back-end that is gone does nothing any more.
        } catch {
            // One that does not let go may at least see that nobody is left.
            session.close()
            throw .hardware(settings.named(error))
        }
    }

    package mutating func configuration(at offset: Int, count: Int) throws(IxyError) -> [UInt8]? {
        guard session.protocolFeatures.contains(.configuration),
            offset >= 0, count > 0, offset < VhostUser.largestConfiguration,
            count <= VhostUser.largestConfiguration - offset
        else { return nil }
        // One message, so that all bytes are of the same moment.
        guard case .configuration(_, let bytes) = try ask(.getConfiguration(offset: offset, count: count)) else {
            return nil
        }
        return bytes
    }

    package mutating func setConfiguration(_: [UInt8], at _: Int) throws(IxyError) {
        throw .invalidSetting(
            "a vhost-user back-end's configuration cannot be written", remedy: "set the address where the back-end runs")
    }

    package mutating func isPresent() -> Bool { session.isConnected }

    package mutating func reconnect() throws(IxyError) -> Bool {
        forget()
        do throws(VhostUserError) {
            try session.connect(waiting: 0)
            return true
        } catch {
            switch error {
            case .socket(.nobodyListens), .closed, .silent: return false
            default: throw .hardware(settings.named(error))
            }
        }
    }

    private mutating func forget() {
        ownStatus = []
        configured = []
        running = []
    }

    private func tell(_ request: VhostUser.Request, files: [CInt] = []) throws(IxyError) {
        do { try session.tell(request, files: files) } catch { throw .hardware(settings.named(error)) }
    }

    private func ask(_ request: VhostUser.Request) throws(IxyError) -> VhostUser.Reply {
        do { return try session.ask(request) } catch { throw .hardware(settings.named(error)) }
    }
}

// Its queues.
extension VhostUserTransport {
    package mutating func largestQueue(_ index: Int) throws(IxyError) -> Int {
        // The protocol has no limit of its own. (VirtIO 1.2 §2.7, §2.8.10.1)
        (0..<2 * min(session.queuePairs, settings.queues)).contains(index) ? 32768 : 0
    }

    package mutating func configure(_ index: Int, _ layout: VirtIO.QueueAddresses) throws(IxyError) {
        let queue = try queue(index)
        do throws(VhostUserError) {
            try mapper.withRegions { regions throws(VhostUserError) in try session.begin(sharing: regions) }
        } catch {
            throw .hardware(settings.named(error))
        }
        // DPDK's back-end does not start a vring without this file, even if it is never asked to interrupt.
        try tell(.setVringFile(.call, vring: index, isPassed: true), files: [queue.call.descriptor])
        try tell(.setVringSize(vring: index, count: layout.size))
        // A packed ring begins with both wrap counters at one. (VHOST_USER_SET_VRING_BASE, VirtIO 1.2 §2.8.1)
        try tell(.setVringBase(vring: index, base: accepted.contains(.packedRing) ? 0x8000_8000 : 0))
        try tell(.setVringAddress(VhostUser.VringAddress(vring: index, layout)))
        configured.append(index)
    }

    /// Hands the vrings over. Not before `driverOK`: a back-end without protocol features begins with the kick's file.
    private mutating func startQueues() throws(IxyError) {
        for index in configured {
            let queue = try queue(index)
            running.append(index)
            try tell(.setVringFile(.kick, vring: index, isPassed: true), files: [queue.kick.descriptor])
            if session.hasProtocolFeatures { try tell(.enableVring(vring: index, isOn: true)) }
        }
        configured = []
    }

    package mutating func notifier(_ index: Int) throws(IxyError) -> Notifier {
        let queue = try queue(index)
        do { return Notifier(event: try queue.kick.duplicate()) } catch { throw .hardware(error) }
    }

    package mutating func interrupt(_ index: Int) throws(IxyError) -> FileDescriptor? {
        let queue = try queue(index)
        do { return try queue.call.duplicate() } catch { throw .hardware(error) }
    }

    private mutating func queue(_ index: Int) throws(IxyError) -> Queue {
        if let queue = queues[index] { return queue }
        guard try largestQueue(index) > 0 else {
            throw .invalidSetting(
                "queue \(index) of \(settings.path), which has \(2 * min(session.queuePairs, settings.queues))",
                remedy: "use fewer queues, or start the back-end with more")
        }
        do {
            let queue = try Queue()
            queues[index] = queue
            return queue
        } catch {
            throw .hardware(error)
        }
    }
}
