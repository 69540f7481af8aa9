import Ixy
import IxyHardware

/// One port of an Intel 82599, as its datasheet describes it, with a record of all that a driver does wrong.
///
/// It knows nothing of threads and clocks: time passes with each register access and each step.
struct Model82599: ~Copyable {
    typealias R = IXGBERegisters

    var registers = RegisterFile()
    var violations: [Violation] = []
    /// Its ways to memory: for rings and heads, and for the buffers of each direction.
    var port: DMAPort
    /// The same addresses, to look at without going there.
    let space: IOAddressSpace
    var receivePort: DMAPort
    var transmitPort: DMAPort
    var data = DataPath()
    let doorbells: DoorbellPage
    let macAddress: MACAddress
    let eeprom = EEPROM()

    /// Register reads by the driver.
    var reads = 0
    /// Register accesses and steps since the start: the model's clock.
    var time = 0
    /// When a running reset ends, and when the link is up.
    var resetEnds = 0
    var linkUpAt = Int.max
    /// The changes that have been asked for and are not done yet.
    var handshakes = Handshakes()
    /// The other end of the cable is there.
    var isConnected = true
    /// While a reset runs, no access is allowed but the poll of CTRL.
    var isInReset: Bool { time < resetEnds }

    /// Frames for the driver, which did not fit in the ring yet.
    var inbound = FrameBurst()
    var inboundNext = 0
    var flowDirector = FlowDirector()
    var virtualFunctions = VirtualFunctions()
    /// The driver of the physical function, if it is the model's.
    var physicalFunction: PhysicalFunction?
    var queueCounts = QueueCounts()
    /// Frames by the driver, on their way to the sink.
    var outbound = FrameBurst()
    /// The driver's orders for frames that are not sent as they are.
    var transmitWork = TransmitWork()
    /// A frame waits until a descriptor is free, instead of being dropped.
    var isLossless = false
    /// Queues that are enabled, in ascending order.
    var receiveQueues: [Int] = []
    var transmitQueues: [Int] = []
    /// Queues whose driver has seen that they are enabled.
    var isReceiveSeen = [Bool](repeating: false, count: 128)
    var isTransmitSeen = [Bool](repeating: false, count: 128)
    /// The value of TXDCTL.ENABLE that was last written.
    var isTransmitAsked = [Bool](repeating: false, count: 128)
    /// The driver has seen that the receive path is empty.
    var isReceivePathSeenEmpty = false
    /// The last reset came over the bus: that a driver goes on at its queues is no fault of it.
    var isResetUnawares = false
    /// EIMC has been written since the last reset.
    var areInterruptsMasked = false
    var interrupts = Interrupts()
    var interruptSettings: InterruptSettings
    /// `RegisterFile.changes` when they were made.
    var interruptVersion = 0
    /// The driver is in another machine: interrupts are moderated by the wall's clock, as it has no part in ours, and
    /// what it does wrong again and again is written down once.
    var isServed = false
    /// From the MAC back to itself, once somebody has asked for that.
    var loop: Wire?
    /// The bus lets it reach memory.
    var isBusMaster = true
    /// The module in its cage.
    var module = ModuleEEPROM()
    /// Each queue's tail as it was last seen.
    var receiveTails = [UInt32](repeating: 0, count: 128)
    var transmitTails = [UInt32](repeating: 0, count: 128)

    /// How long things take, in units of the model's clock.
    enum Delay {
        static let reset = 3
        /// From the end of a reset on.
        static let eepromRead = 5
        static let dmaInitialized = 12
        static let eepromWord = 3
        static let queue = 4
        static let masterStopped = 4
        static let receivePathEmpty = 3
        static let flowDirector = 3
        static let link = 200
    }

    init(space: IOAddressSpace, macAddress: MACAddress) throws(HardwareError) {
        port = DMAPort(space)
        self.space = space
        receivePort = DMAPort(space)
        transmitPort = DMAPort(space)
        doorbells = try DoorbellPage(count: RegisterFile.size)
        self.macAddress = macAddress
        interruptSettings = InterruptSettings(registers)
        interruptVersion = registers.changes
        // It was switched on long ago.
        loadEEPROM()
        registers.put(R.RDRXCTL.isInitialized, 1)
        linkUpAt = Delay.link
    }

    /// One unit of time passes.
    mutating func tick() {
        time += 1
        if time >= handshakes.nextDue { finishHandshakes() }
        if time >= linkUpAt, isConnected, registers.field(R.LINKS.isUp) == 0 {
            registers.put(R.LINKS.isUp, 1)
            registers.put(R.LINKS.linkStatus, 1)
            registers.put(R.LINKS.speed, 3)
            registers.put(R.STATUS.linkUp, 1)
            linkUpAt = .max
            // The abilities that the other end of a backplane would have announced. (82599 §8.2.3.22)
            registers[R.ANLP1.offset(0)] = 0x000F_0000
            raise(R.EICR.linkChange)
        }
    }

    /// Starts a reset: all registers as after power-on, all queues off. (82599 §4.2.1.6)
    mutating func beginReset() {
        registers.reset()
        interrupts = Interrupts()
        module = ModuleEEPROM()
        handshakes.removeAll()
        for queue in 0..<128 { setTails(queue, 0) }
        receiveQueues.removeAll()
        transmitQueues.removeAll()
        transmitWork.contexts.forgetAll()
        flowDirector.removeAll()
        virtualFunctions.mailboxes.setPhysicalReset(true)
        areInterruptsMasked = false
        isResetUnawares = false
        isReceivePathSeenEmpty = false
        inbound.removeAll()
        inboundNext = 0
        resetEnds = time + Delay.reset
        begin(.eepromRead, after: Delay.reset + Delay.eepromRead)
        begin(.dmaInitialized, after: Delay.reset + Delay.dmaInitialized)
        linkUpAt = time + Delay.link
    }

    mutating func setTails(_ queue: Int, _ value: UInt32) {
        doorbells.store(value, at: R.RDT.offset(queue))
        doorbells.store(value, at: R.TDT.offset(queue))
        receiveTails[queue] = value
        transmitTails[queue] = value
        isReceiveSeen[queue] = false
        isTransmitSeen[queue] = false
        isTransmitAsked[queue] = false
    }
}
