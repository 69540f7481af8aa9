import Ixy
import IxyHardware
import IxyModels

/// A modelled card that the driver has started, for tests that then write its rings themselves.
struct Card: ~Copyable {
    typealias R = IXGBERegisters

    let space: IOAddressSpace
    let nic: ModelNIC
    let registers: ModelRegisters
    var device: Device
    var port: DMAPort
    /// 64 KiB for buffers, all zero.
    let memory: DMAMemory
    let buffers: UInt64
    let sink = FrameRecorder()

    static func start(queues: Int = 1, isPromiscuous: Bool = true) throws -> Card {
        let space = IOAddressSpace()
        let nic = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        var settings = DeviceSettings()
        settings.queues = queues
        settings.receiveRing = 64
        settings.transmitRing = 64
        settings.isPromiscuous = isPromiscuous
        let memory = try DMAMemory(count: 65536, pages: .small, mapper: space)
        let card = Card(
            space: space, nic: nic, registers: ModelRegisters(nic),
            device: try Device.open(nic, address: "card", settings: settings), port: DMAPort(space), memory: memory,
            buffers: memory.pageAddresses[0])
        nic.attach(sink: card.sink)
        card.step(300)
        return card
    }

    /// Enough steps for all that can happen, and for the link to come up.
    func step(_ count: Int = 10) {
        for _ in 0..<count { nic.step() }
    }

    /// Sends `frames` to the card, each with the same fault.
    func receive(_ frames: [[UInt8]], fault: FrameFault = []) {
        nic.attach(source: FrameList(frames, fault: fault))
        step()
    }

    /// Changes settings while receive is off, as the datasheet wants it.
    func configure(_ change: (ModelRegisters) -> Void) {
        registers.modify(R.RXCTRL.self) { $0.clear(R.RXCTRL.enable) }
        change(registers)
        // Receive starts on an empty path. (82599 §4.6.7)
        registers.modify(R.SECRXCTRL.self) { $0.set(R.SECRXCTRL.pathDisable) }
        while !registers.read(R.SECRXSTAT.self).isSet(R.SECRXSTAT.isEmpty) { nic.step() }
        registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        registers.modify(R.SECRXCTRL.self) { $0.clear(R.SECRXCTRL.pathDisable) }
    }

    func address(_ low: Int, _ high: Int) -> UInt64 {
        UInt64(registers.read32(at: high)) << 32 | UInt64(registers.read32(at: low))
    }

    func transmitRing(_ queue: Int = 0) -> UInt64 { address(R.TDBAL.offset(queue), R.TDBAH.offset(queue)) }
    func receiveRing(_ queue: Int = 0) -> UInt64 { address(R.RDBAL.offset(queue), R.RDBAH.offset(queue)) }

    /// Writes a transmit descriptor.
    mutating func post(_ slot: Int, queue: Int = 0, at address: UInt64, _ command: UInt64) {
        let descriptor = transmitRing(queue) + UInt64(slot) * 16
        let isMapped = port.store64(address, at: descriptor) && port.store64(command, at: descriptor + 8)
        precondition(isMapped)
    }

    /// Rings the doorbell of a transmit queue, and lets the card work.
    func ring(_ tail: Int, queue: Int = 0) {
        registers.tail(R.TDT.self, at: queue).write(UInt32(tail))
        step()
    }

    /// Puts bytes into the buffers.
    mutating func fill(_ offset: Int, _ bytes: [UInt8]) -> UInt64 {
        let address = buffers + UInt64(offset)
        let isMapped = port.copyIn(bytes.span.rawBytes, to: address)
        precondition(isMapped)
        return address
    }

    /// The bytes at an address of the card.
    mutating func bytes(_ address: UInt64, _ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        return port.read(at: address, count: count, into: &bytes) ? bytes : nil
    }

    func count<C: StatisticsRegister>(_: C.Type, _ index: Int = 0) -> UInt32 { registers.read32(at: C.offset(index)) }

    mutating func stop() throws { try device.stop() }
}

/// Bits of an advanced transmit descriptor's second word. (82599 §7.2.3.2.4)
enum Command {
    static let end: UInt64 = 1 << 24
    static let check: UInt64 = 1 << 25
    static let report: UInt64 = 1 << 27
    static let whole = end | check

    /// A data descriptor of `count` bytes.
    static func data(_ count: Int, payload: Int? = nil, _ bits: UInt64 = whole) -> UInt64 {
        UInt64(count) | 3 << 20 | 1 << 29 | bits | UInt64(payload ?? count) << 46
    }
}

/// An Ethernet frame to `destination` of `count` bytes.
func frame(to destination: [UInt8] = [2, 0, 0, 0, 0, 1], type: UInt16 = 0x88B5, count: Int = 60, fill: UInt8 = 7) -> [UInt8] {
    let header = destination + [2, 0, 0, 0, 0, 9, UInt8(type >> 8), UInt8(type & 255)]
    return header + [UInt8](repeating: fill, count: count - header.count)
}
