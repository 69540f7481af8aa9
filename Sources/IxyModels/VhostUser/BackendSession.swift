import Ixy
import IxyHardware

/// A vring as its front-end describes it, message by message.
private struct DescribedVring {
    var size: Int?
    var address: VhostUser.VringAddress?
    var base: UInt32?
    var kick: EventFile?
    var call: EventFile?
    /// The front-end has said how it kicks, if it does; from then on the vring is started. (Ring states)
    var isStarted = false
    var isEnabled = false
    /// The device works on it.
    var isRunning = false
}

/// One connection of a front-end, from its first message to its last.
struct BackendSession: ~Copyable {
    private let channel: VhostUser.Channel
    private let device: any VirtqueueDevice
    private var memory: BackendMemory
    private var features: UInt64 = 0
    private var protocolFeatures: VhostUser.ProtocolFeatures = []
    private var status: VirtIO.Status = []
    private var vrings: [DescribedVring]

    init(_ socket: consuming UnixSocket, device: any VirtqueueDevice, allowsUnsealed: Bool) {
        channel = VhostUser.Channel(socket)
        memory = BackendMemory(allowsUnsealed: allowsUnsealed)
        self.device = device
        vrings = [DescribedVring](repeating: DescribedVring(), count: 2 * device.queuePairs)
    }

    deinit {
        for (index, vring) in vrings.enumerated() where vring.isRunning { _ = device.stop(index) }
        device.space.replaceAll(with: [])
    }

    /// Without the device's way through an IOMMU: the front-end would have to be asked for each address.
    private var offered: UInt64 {
        device.offeredFeatures.subtracting(.accessPlatform).rawValue | VhostUser.protocolFeaturesBit
    }
    private var offeredProtocolFeatures: VhostUser.ProtocolFeatures {
        device.configuration.isEmpty
            ? [.multiqueue, .acknowledgements, .status] : [.multiqueue, .acknowledgements, .status, .configuration]
    }
    private var isPacked: Bool { VirtIO.Features(rawValue: features).contains(.packedRing) }

    /// Works on the next message, if one comes in time.
    ///
    /// - Returns: what was wrong with it, if the connection can go on.
    /// - Throws: `.closed` at the connection's end; other errors after which there is no way on.
    mutating func step(milliseconds: Int) throws(VhostUserError) -> VhostUserError? {
        guard try channel.waitForRequest(milliseconds: milliseconds) else { return nil }
        var files = PassedFiles()
        var needsAnswer = false
        let request = try channel.receiveRequest(files: &files, needsAnswer: &needsAnswer)
        needsAnswer = needsAnswer && protocolFeatures.contains(.acknowledgements)
        do throws(VhostUserError) {
            if let reply = try answer(request, &files) {
                try channel.send(reply, to: request.code)
            } else if needsAnswer {
                try channel.send(.word(0), to: request.code)
            }
            return nil
        } catch .refused(let what) {
            // A question without an answer would leave the front-end waiting.
            if request.hasReply { throw .malformed(what) }
            // Whoever does not ask has to see it from what does not happen.
            if needsAnswer { try channel.send(.word(1), to: request.code) }
            return .refused(what)
        }
    }

    private mutating func answer(
        _ request: VhostUser.Request, _ files: inout PassedFiles
    ) throws(VhostUserError) -> VhostUser.Reply? {
        switch request {
        case .setOwner, .resetOwner: break
        case .getFeatures: return .word(offered)
        case .setFeatures(let chosen):
            guard chosen & ~offered == 0 else { throw .refused("SET_FEATURES with what was not offered") }
            pauseAll()
            features = chosen
            try resumeAll()
        case .getProtocolFeatures: return .word(offeredProtocolFeatures.rawValue)
        case .setProtocolFeatures(let chosen):
            guard chosen.isSubset(of: offeredProtocolFeatures) else {
                throw .refused("SET_PROTOCOL_FEATURES with what was not offered")
            }
            protocolFeatures = chosen
        case .getQueuePairs: return .word(UInt64(device.queuePairs))
        case .setMemoryTable(let table): try setMemory(table, &files)
        case .setStatus(let status):
            pauseAll()
            self.status = status
            try resumeAll()
        case .getStatus: return .word(UInt64(status.rawValue))
        case .getConfiguration(let offset, let count):
            let bytes = device.configuration
            guard offset <= bytes.count, count <= bytes.count - offset else { return .noConfiguration }
            return .configuration(offset: offset, bytes: Array(bytes[offset..<offset + count]))
        case .setVringSize(let index, let count): try change(index) { $0.size = count }
        case .setVringAddress(let address): try change(address.vring) { $0.address = address }
        case .setVringBase(let index, let base): try change(index) { $0.base = base }
        case .enableVring(let index, let isOn): try change(index) { $0.isEnabled = isOn }
        case .setVringFile(let kind, let index, _):
            let file = try takeEventFile(&files, request.code)
            try change(index) { vring in
                switch kind {
                case .call: vring.call = file
                case .kick:
                    vring.kick = file
                    vring.isStarted = true
                case .error: break
                }
            }
        case .getVringBase(let index):
            try change(index) { $0.isStarted = false }
            return .vringBase(vring: index, base: vrings[index].base ?? start.base(isPacked: isPacked))
        }
        return nil
    }

    private func takeEventFile(
        _ files: inout PassedFiles, _ code: VhostUser.Code
    ) throws(VhostUserError) -> EventFile? {
        guard let file = files.takeFirst() else { return nil }
        do { return try EventFile(checking: file) } catch { throw .refused("\(code.name): \(error)") }
    }

    private mutating func setMemory(
        _ table: [VhostUser.Region], _ files: inout PassedFiles
    ) throws(VhostUserError) {
        pauseAll()
        var problem: String?
        do throws(VhostUserError) {
            try memory.replace(table, files: &files, in: device.space)
        } catch {
            problem = error.problem
        }
        // If the new table was not good, the old mappings still hold.
        try resumeAll()
        if let problem { throw .refused("SET_MEM_TABLE: \(problem)") }
    }
}

// The device works on a vring while all is there that it needs. A change to any of it stops and starts it.
extension BackendSession {
    /// Where a vring begins.
    private var start: VringPosition {
        isPacked ? VringPosition(available: 1 << 15, used: 1 << 15) : VringPosition(available: 0, used: 0)
    }

    private mutating func change(
        _ index: Int, _ body: (inout DescribedVring) -> Void
    ) throws(VhostUserError) {
        guard vrings.indices.contains(index) else {
            throw .refused("vring \(index) of a device with \(vrings.count)")
        }
        pause(index)
        body(&vrings[index])
        try resume(index)
    }

    private mutating func pauseAll() {
        for index in vrings.indices { pause(index) }
    }

    private mutating func resumeAll() throws(VhostUserError) {
        for index in vrings.indices { try resume(index) }
    }

    private mutating func pause(_ index: Int) {
        guard vrings[index].isRunning else { return }
        vrings[index].base = device.stop(index).base(isPacked: isPacked)
        vrings[index].isRunning = false
    }

    private mutating func resume(_ index: Int) throws(VhostUserError) {
        let vring = vrings[index]
        let isEnabled = vring.isEnabled || features & VhostUser.protocolFeaturesBit == 0
        let isDriverReady = status.contains(.driverOK) || !protocolFeatures.contains(.status)
        guard vring.isStarted, isEnabled, isDriverReady, let size = vring.size, let address = vring.address
        else { return }
        guard isPacked || size & (size - 1) == 0 else { throw .refused("a split vring of \(size) descriptors") }
        let position = vring.base.map { VringPosition(base: $0, isPacked: isPacked) } ?? start
        // In a packed ring these are places, and bit 15 is the wrap counter. (VirtIO 1.2 §2.8.1)
        let places = [position.available & 0x7FFF, position.used & 0x7FFF]
        if isPacked, let place = places.max(), Int(place) >= size {
            throw .refused("vring \(index), which begins at descriptor \(place) of \(size)")
        }
        let described = VirtIO.QueueLayout(
            size: size, descriptors: address.descriptors, driverArea: address.driverArea, deviceArea: address.deviceArea)
        guard let layout = memory.translate(described, isPacked: isPacked) else {
            throw .refused("vring \(index), which is not in shared memory or not aligned")
        }
        vrings[index].isRunning = true
        device.start(Vring(
            index: index, layout: layout,
            features: VirtIO.Features(rawValue: features & ~VhostUser.protocolFeaturesBit),
            position: position, kick: vring.kick, call: vring.call))
    }
}
