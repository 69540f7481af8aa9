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
    var receivePort: DMAPort
    var transmitPort: DMAPort
    var data = DataPath()
    let doorbells: DoorbellPage
    let macAddress: MACAddress

    /// Register reads by the driver.
    var reads = 0
    /// Register accesses and steps since the start: the model's clock.
    var time = 0
    /// When a running reset ends, and when the link is up.
    var resetEnds = 0
    var linkUpAt = Int.max
    /// The other end of the cable is there.
    var isConnected = true
    /// While a reset runs, no access is allowed but the poll of CTRL.
    var isInReset: Bool { time < resetEnds }

    /// Frames for the driver, which did not fit in the ring yet.
    var inbound = FrameBurst()
    var inboundNext = 0
    /// Frames by the driver, on their way to the sink.
    var outbound = FrameBurst()
    /// A frame waits until a descriptor is free, instead of being dropped.
    var isLossless = false
    /// Queues that are enabled, in ascending order.
    var receiveQueues: [Int] = []
    var transmitQueues: [Int] = []
    /// Each queue's tail as it was last seen.
    var receiveTails = [UInt32](repeating: 0, count: 128)
    var transmitTails = [UInt32](repeating: 0, count: 128)

    /// How long things take, in units of the model's clock.
    enum Delay {
        static let reset = 3
        static let link = 200
    }

    init(space: IOAddressSpace, macAddress: MACAddress) throws(HardwareError) {
        port = DMAPort(space)
        receivePort = DMAPort(space)
        transmitPort = DMAPort(space)
        doorbells = try DoorbellPage(count: RegisterFile.size)
        self.macAddress = macAddress
        registers.reset()
        loadEEPROM()
        linkUpAt = Delay.link
    }

    /// What the chip reads from its EEPROM after a reset: its address, and that it has read it. (82599 §6)
    mutating func loadEEPROM() {
        let value = (macAddress.value << 16).byteSwapped
        registers.put(R.RAL.address, UInt32(truncatingIfNeeded: value))
        registers.put(R.RAH.address, UInt32(truncatingIfNeeded: value >> 32))
        registers.put(R.RAH.isValid, 1)
        registers.put(R.EEC.autoReadDone, 1)
        registers.put(R.EEC.present, 1)
        registers.put(R.RDRXCTL.isInitialized, 1)
        registers.put(R.STATUS.masterEnabled, 1)
    }

    mutating func violate(_ text: String, _ section: String) {
        violations.append(Violation(text: text, section: section))
    }

    /// One unit of time passes.
    mutating func tick() {
        time += 1
        if time >= linkUpAt, isConnected, registers.field(R.LINKS.isUp) == 0 {
            registers.put(R.LINKS.isUp, 1)
            registers.put(R.LINKS.linkStatus, 1)
            registers.put(R.LINKS.speed, 3)
            registers.put(R.STATUS.linkUp, 1)
            linkUpAt = .max
        }
    }

    /// Starts a reset: all registers as after power-on, all queues off. (82599 §4.2.1.6)
    mutating func beginReset() {
        registers.reset()
        for queue in 0..<128 { setTails(queue, 0) }
        receiveQueues.removeAll()
        transmitQueues.removeAll()
        inbound.removeAll()
        inboundNext = 0
        loadEEPROM()
        resetEnds = time + Delay.reset
        linkUpAt = time + Delay.link
    }

    private mutating func setTails(_ queue: Int, _ value: UInt32) {
        doorbells.store(value, at: R.RDT.offset(queue))
        doorbells.store(value, at: R.TDT.offset(queue))
        receiveTails[queue] = value
        transmitTails[queue] = value
    }

    /// Looks at the doorbells. A queue that is off must not be rung at. (82599 §4.6.7.1, §4.6.8.1)
    mutating func pollDoorbells(all: Bool) {
        if all {
            for queue in 0..<128 {
                pollReceive(queue)
                pollTransmit(queue)
            }
        } else {
            for index in receiveQueues.indices { pollReceive(receiveQueues[index]) }
            for index in transmitQueues.indices { pollTransmit(transmitQueues[index]) }
        }
    }

    private mutating func pollReceive(_ queue: Int) {
        let tail = doorbells.load(at: R.RDT.offset(queue))
        guard tail != receiveTails[queue] else { return }
        receiveTails[queue] = tail
        registers[R.RDT.offset(queue)] = tail
        if !registers.isSet(R.RXDCTL.enable, queue) {
            violate("RDT(\(queue)) written before the queue was enabled", "4.6.7.1")
        } else if tail >= registers.field(R.RDLEN.length, queue) / 16 {
            violate("RDT(\(queue)) set to \(tail), beyond the ring", "8.2.3.8.5")
        }
    }

    private mutating func pollTransmit(_ queue: Int) {
        let tail = doorbells.load(at: R.TDT.offset(queue))
        guard tail != transmitTails[queue] else { return }
        transmitTails[queue] = tail
        registers[R.TDT.offset(queue)] = tail
        if !registers.isSet(R.TXDCTL.enable, queue) {
            violate("TDT(\(queue)) written before the queue was enabled", "4.6.8.1")
        } else if tail >= registers.field(R.TDLEN.length, queue) / 16 {
            violate("TDT(\(queue)) set to \(tail), beyond the ring", "8.2.3.9.9")
        }
    }
}
