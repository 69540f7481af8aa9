public import Ixy
import IxyHardware
import Synchronization

/// A modelled VirtIO network device, for a driver in the same process or, through vhost-user, in another.
///
/// It runs in two ways: `step` moves it on in the caller's thread, deterministically; a `ModelThread` runs it beside
/// the driver, which the control queue needs, as a driver waits for its answers.
public final class ModelVirtIO: SteppedModel, DMADevice {
    /// The properties of a device. The default is a modern one with all that a model can do.
    public struct Options: Sendable {
        /// The features that it offers; for a legacy device only those of the first 32 bits.
        public var features: VirtIO.Features = [
            .version1, .anyLayout, .macAddress, .status, .mtu, .mergeableBuffers, .controlQueue, .controlReceive,
            .controlMACAddress, .multiqueue, .indirectDescriptors, .eventIndex, .accessPlatform, .orderPlatform,
        ]
        /// It follows the interface before version 1.
        public var isLegacy = false
        public var macAddress = MACAddress(2, 0, 0, 0, 0, 1)
        public var mtu = 1500
        /// Queue pairs that it has.
        public var queuePairs = 1
        /// Descriptors of each queue, at most; exactly so many with a legacy device.
        public var queueSize = 256
        /// How frames are spread over several queue pairs.
        public var spreads = Spread.flow
        /// It looks at a queue only after a notification, as long as it has nothing to do; otherwise it looks at each
        /// step and wants no notifications.
        public var waitsForKicks = false
        /// Buffers come back in another order than they were given, as a device without `inOrder` may do.
        public var isScrambled = false
        /// All frames are wanted until the driver says otherwise, as with devices that know no filter.
        public var startsPromiscuous = false
        /// It leaves checksums of frames for the driver to it, if the driver takes that.
        public var leavesWork = false
        /// With `leavesWork`, and if the driver takes that: TCP segments of more data than so much are not cut.
        public var segmentSize: Int?
        /// It does not agree with any choice of features.
        public var refusesFeatures = false

        public init() {}
    }

    /// How frames for the driver are spread over its queue pairs.
    public enum Spread: Sendable {
        /// Each flow stays in its queue.
        case flow
        /// In turn, whatever they are.
        case frame
    }

    /// The device's counters so far.
    public struct Counters: Sendable, Equatable {
        /// Frames that were put into the driver's buffers.
        public var delivered = 0
        /// Frames for which there was no buffer.
        public var dropped = 0
        /// Frames that the driver does not want.
        public var filtered = 0
        /// Frames for which the driver's buffers are too small.
        public var tooLong = 0
        /// Frames that the driver sent.
        public var sent = 0
        /// Frames that the driver sent and that are too long for a wire, which takes up to 9724 bytes.
        public var oversize = 0
        /// Interrupts of queues.
        public var interrupts = 0
        /// Times that the configuration has changed.
        public var configurationChanges = 0
        /// Notifications by the driver, and those that were not asked for. With a thread of its own the device counts
        /// a few too many as needless, as its wish to have none takes a moment to be seen.
        public var notifications = 0
        public var needlessNotifications = 0
        /// Lies that were told.
        public var lies = 0

        mutating func move(_ core: inout QueueCore, _ kicks: UInt64) {
            core.noteBetweenSteps(kicks: QueueCore.countable(kicks))
            notifications += core.kicks
            needlessNotifications += core.needlessKicks
            core.kicks = 0
            core.needlessKicks = 0
            oversize += core.oversize
            core.oversize = 0
        }
    }

    private struct State: ~Copyable {
        var model: ModelVirtIONet
        var inbound = Inbound()
        var source: (any FrameSource)?
        var sink: (any FrameSink)?
        var isPresent = true
    }

    /// The address map that all of its DMA goes through.
    public let space: IOAddressSpace
    public let options: Options
    private let state: Mutex<State>
    /// Calls that wait for the model's thread to let go.
    private let waiting = Atomic<Int>(0)
    public var isAwaited: Bool { waiting.load(ordering: .acquiring) > 0 }

    /// - Parameter space: shared by devices between which packets are forwarded without a copy.
    public init(space: IOAddressSpace, _ options: Options = Options()) throws(HardwareError) {
        precondition((1...128).contains(options.queuePairs), "1 to 128 queue pairs")
        self.space = space
        self.options = options
        state = Mutex(State(model: try ModelVirtIONet(options, space: space)))
        space.attach(self)
    }

    /// Returns after the step that runs now, if any.
    package func finishDMA() { withState { _ in } }

    /// Plugs in what the device receives from and sends to.
    public func attach(source: (any FrameSource)? = nil, sink: (any FrameSink)? = nil) {
        // The former source and sink are let go of outside of the lock.
        let former = withState { state in
            let former = (state.source, state.sink)
            if let source { state.source = source }
            if let sink { state.sink = sink }
            return former
        }
        _ = former
    }

    /// Whether frames wait until the driver has a buffer for them, instead of being dropped.
    public func setLossless(_ isLossless: Bool) { control { $0.isLossless = isLossless } }

    /// Plugs the cable in or out. Out, frames wait at the source, and what the driver sends is lost.
    public func setConnected(_ isConnected: Bool) { control { $0.setLink(isConnected) } }

    /// Takes the device away, with all that it knows, or puts it back.
    public func setPresent(_ isPresent: Bool) {
        withState { state in
            if !isPresent { state.model.reset() }
            state.isPresent = isPresent
        }
    }
    public var isPresent: Bool { withState { $0.isPresent } }

    /// The driver's violations so far: the first thousand.
    public var violations: [Violation] { control { $0.memory.log.list } }
    /// The number of all of the driver's violations so far.
    public var violationCount: Int { control { $0.memory.log.total } }

    /// The device's counters so far.
    public var counters: Counters {
        control { model in
            model.countKicks()
            return model.counters
        }
    }

    /// Frames that were taken from the source but not yet delivered.
    public var pending: Int { withState { $0.inbound.burst.count - $0.inbound.next } }

    /// The device lies from now on; nil makes it honest again.
    public func tell(_ lies: Lies?) { control { $0.setLiar(lies.map { Liar($0) }) } }

    /// Moves the device on by at most a burst each way and queue. Returns how many frames and commands were moved.
    @discardableResult
    public func step() -> Int {
        state.withLock { state in
            state.isPresent ? state.model.step(&state.inbound, source: state.source, sink: state.sink) : 0
        }
    }

    /// Does something with the model that the driver's side asked for; a running thread steps back for it.
    func control<Result>(_ body: (inout ModelVirtIONet) -> sending Result) -> sending Result {
        withState { state in body(&state.model) }
    }

    private func withState<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        waiting.wrappingAdd(1, ordering: .acquiringAndReleasing)
        defer { waiting.wrappingSubtract(1, ordering: .acquiringAndReleasing) }
        return state.withLock { state in body(&state) }
    }
}
