public import Ixy
package import IxyHardware
import IxySystem
import Synchronization

/// A modelled port of an Intel 82599, for a driver in the same process.
///
/// It runs in two ways: `step` moves it on in the caller's thread, deterministically; a `ModelThread` runs it beside
/// the driver.
public final class ModelNIC: SteppedModel, DMADevice {
    /// A port and what is plugged into it.
    private struct State: ~Copyable {
        var model: Model82599
        var source: (any FrameSource)?
        var sink: (any FrameSink)?
        /// The files of the vectors by which a driver in the same process is woken.
        var events: [Int: EventFile] = [:]

        /// Sends the interrupts that are due.
        mutating func interrupt() {
            var messages = model.takeInterrupts().messages
            while messages != 0 {
                events[messages.trailingZeroBitCount]?.signal()
                messages &= messages - 1
            }
        }
    }

    /// The right to drive a port: whatever reaches its registers or doorbells keeps it, as with a real card.
    private final class Claim: Sendable {}

    private struct Claimed {
        weak var claim: Claim?
    }

    /// The address map that all of its DMA goes through.
    public let space: IOAddressSpace
    /// The memory in which it looks for the tail registers, each at its offset in the BAR.
    package let doorbells: MappedMemory
    private let state: Mutex<State>
    private let claimed = Mutex(Claimed())
    /// Register accesses that wait for the model's thread to let go.
    private let waiting = Atomic<Int>(0)
    public var isAwaited: Bool { waiting.load(ordering: .acquiring) > 0 }

    /// - Parameters:
    ///   - space: shared by ports between which packets are forwarded without a copy.
    ///   - macAddress: the address in its EEPROM.
    public init(space: IOAddressSpace, macAddress: MACAddress) throws(HardwareError) {
        self.space = space
        let model = try Model82599(space: space, macAddress: macAddress)
        doorbells = model.doorbells.memory
        state = Mutex(State(model: model))
        space.attach(self)
    }

    /// Plugs in what the port receives from and sends to.
    public func attach(source: (any FrameSource)? = nil, sink: (any FrameSink)? = nil) {
        // The former source and sink are let go of outside of the lock.
        _ = withState { state in
            let former = (state.source, state.sink)
            if let source { state.source = source }
            if let sink { state.sink = sink }
            return former
        }
    }

    /// Whether frames wait until the driver has a descriptor for them, instead of being dropped as on a wire.
    public func setLossless(_ isLossless: Bool) { control { $0.isLossless = isLossless } }

    /// Plugs the cable in or out.
    public func setConnected(_ isConnected: Bool) {
        control { model in
            model.isConnected = isConnected
            model.linkUpAt = model.time + Model82599.Delay.link
            if !isConnected { model.dropLink() }
        }
    }

    /// All that the driver has done wrong so far.
    public var violations: [Violation] {
        control { model in
            model.pollDoorbells(all: true)
            return model.violations
        }
    }
    /// The interrupts that are due now; their sending is the caller's.
    package func takeInterrupts() -> InterruptRequest {
        withState { state in state.model.takeInterrupts() }
    }

    /// A file that becomes readable when the port raises MSI-X vector `vector`, for a driver in the same process.
    func event(of vector: Int) throws(HardwareError) -> FileDescriptor {
        let event = try EventFile()
        let file = try event.duplicate()
        _ = withState { $0.events.updateValue(event, forKey: vector) }
        return file
    }

    /// Claims the port for a driver in the same process, and returns doorbells that keep the claim.
    ///
    /// A queue of a former device would tell the port of descriptors of the present one: of some that the port has written itself,
    /// so that it took hashes for addresses, and of some that name packets which have left the ring.
    fileprivate func claim() throws(HardwareError) -> MappedMemory {
        try claimed.withLock { claimed throws(HardwareError) in
            guard claimed.claim == nil else {
                throw .device(
                    address: "the modelled port", problem: "is driven by another device, or reached by a queue of a former one",
                    remedy: "stop that device, and drop its queues")
            }
            let claim = Claim()
            let file = try naming("dup", on: "doorbells", try FileDescriptor(duplicating: doorbells.descriptor))
            claimed.claim = claim
            return try MappedMemory.map(descriptor: file, count: doorbells.count, subject: "doorbells", keeper: claim)
        }
    }

    /// Says that the driver is in another machine.
    package func setServed() { control { $0.isServed = true } }

    /// Whether the bus lets the port reach memory, as the driver has said in its configuration space.
    package func setBusMaster(_ isOn: Bool) {
        control { model in
            model.isBusMaster = isOn
            model.data.version = -1
        }
    }

    /// A reset that comes over the bus and asks for nothing first.
    package func resetFunction() {
        control { model in
            model.beginReset()
            model.resetEnds = model.time
            model.isResetUnawares = true
        }
    }

    /// Register reads by the driver so far.
    public var registerReads: Int { control { $0.reads } }

    /// Moves the port on by at most a burst each way. Returns how many frames and descriptors were moved.
    @discardableResult
    public func step() -> Int {
        state.withLock { state in
            let moved = state.model.step(source: state.source, sink: state.sink)
            if !state.events.isEmpty { state.interrupt() }
            return moved
        }
    }

    /// Frames that were taken from the source but not yet delivered.
    public var pending: Int { control { $0.inbound.count - $0.inboundNext } }

    /// Does something with the model that the driver's side asked for; a running thread steps back for it.
    func control<Result>(_ body: (inout Model82599) -> sending Result) -> sending Result {
        withState { state in
            state.model.settle()
            return body(&state.model)
        }
    }

    private func withState<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        waiting.wrappingAdd(1, ordering: .acquiringAndReleasing)
        defer { waiting.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        return state.withLock { state in body(&state) }
    }

    /// Returns after the step that runs now, if any.
    package func finishDMA() { withState { _ in } }
}

extension Model82599 {
    /// Looks at the doorbells, sends, receives.
    mutating func step(source: (any FrameSource)?, sink: (any FrameSink)?) -> Int {
        tick()
        if isInReset { return 0 }
        if physicalFunction != nil { servePhysicalFunction() }
        refreshData()
        // With LPBK the MAC hears itself, and nobody else. (82599 §8.2.3.22.8)
        let moved = data.transmit.isLooped
            ? transmit(to: loop) + receive(from: loop) : transmit(to: sink) + receive(from: source)
        if moved > 0 { raiseQueueInterrupts() }
        return moved
    }

    mutating func dropLink() {
        if registers.isSet(R.LINKS.isUp) { raise(R.EICR.linkChange) }
        registers.put(R.LINKS.isUp, 0)
        registers.put(R.LINKS.linkStatus, 0)
        registers.put(R.STATUS.linkUp, 0)
    }
}

/// The registers of a modelled port. Each access reaches the model before it returns; tail registers are words in
/// plain memory, as on hardware.
package struct ModelRegisters: RegisterBus {
    private let nic: ModelNIC
    private let doorbells: MappedMemory

    package init(_ nic: ModelNIC) {
        self.nic = nic
        doorbells = nic.doorbells
    }

    /// For a driver that has the port to itself, as long as one of its queues is there. Throws if another one has.
    package init(claiming nic: ModelNIC) throws(HardwareError) {
        self.nic = nic
        doorbells = try nic.claim()
    }

    package func read32(at offset: Int) -> UInt32 { nic.control { $0.read(at: offset) } }
    package func write32(_ value: UInt32, at offset: Int) { nic.control { $0.write(value, at: offset) } }
    package func tail(at offset: Int) -> TailRegister { TailRegister(in: doorbells, at: offset) }
}

extension Device {
    /// Starts the 82599 driver on a modelled port.
    ///
    /// - Throws: besides what starting throws `.hardware` if another device drives the port, or a queue of a former one is left.
    public static func open(
        _ nic: ModelNIC, address: String, settings: DeviceSettings = DeviceSettings()
    ) throws(IxyError) -> Device {
        let registers: ModelRegisters
        do throws(HardwareError) { registers = try ModelRegisters(claiming: nic) } catch { throw .hardware(error) }
        return try IXGBE.start(
            registers, name: "Intel 82599 (model)", address: address, settings: settings, mapper: nic.space,
            needsHugePages: false, interrupts: ModelInterrupts(nic))
    }
}

/// The MSI-X vectors of a modelled port, for a driver in the same process.
struct ModelInterrupts: InterruptSource {
    private let nic: ModelNIC

    init(_ nic: ModelNIC) {
        self.nic = nic
    }

    var interruptCount: Int { Interrupts.vectorCount }
    func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor { try nic.event(of: vector) }
}
