import Ixy
import IxyHardware
import IxyModels
import Testing

/// A modelled port, some memory that is mapped for it, and what a driver does with both in the right order.
struct Port {
    typealias R = IXGBERegisters

    let space = IOAddressSpace()
    let nic: ModelNIC
    let registers: ModelRegisters
    /// Mapped memory, of which a test puts rings and buffers where it likes.
    private let memory: DMARange
    /// The device's address of that memory, and its size.
    var base: UInt64 { memory.deviceAddress }
    static let size = 0x10000

    init() throws {
        nic = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        registers = ModelRegisters(nic)
        var arena = DMAArena(try DMAMemory(count: Port.size, pages: .small, mapper: space))
        memory = try arena.take(count: Port.size)
    }

    /// Expects that nothing was wrong before `mistake`, and then exactly one thing, which says `text`.
    func violation(
        containing text: String, after mistake: () throws -> Void, at location: SourceLocation = #_sourceLocation
    ) rethrows {
        #expect(nic.violations == [], sourceLocation: location)
        try mistake()
        let found = nic.violations
        #expect(
            found.count == 1 && found.first?.description.contains(text) == true, "\(found)", sourceLocation: location)
    }

    /// Lets time pass, as a driver does that sleeps.
    func wait(_ steps: Int = 20) {
        for _ in 0..<steps { nic.step() }
    }

    /// Ends all DMA, resets, and waits until the port is ready.
    func reset() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        wait()
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        wait()
    }

    /// Gives receive queue `queue` a ring of 64 descriptors.
    func describeReceive(_ queue: Int = 0) {
        let address = base + UInt64(queue) * 0x400
        registers.write(R.RDBAL.self, at: queue) { $0[R.RDBAL.address] = UInt32(truncatingIfNeeded: address) >> 7 }
        registers.write(R.RDBAH.self, at: queue) { $0[R.RDBAH.address] = UInt32(address >> 32) }
        registers.write(R.RDLEN.self, at: queue) { $0[R.RDLEN.length] = 1024 }
        registers.modify(R.SRRCTL.self, at: queue) { $0[R.SRRCTL.descriptorType] = 1 }
    }

    /// Gives transmit queue `queue` a ring of 64 descriptors and lets transmit run.
    func describeTransmit(_ queue: Int = 0) {
        let address = base + 0x8000 + UInt64(queue) * 0x400
        registers.write(R.TDBAL.self, at: queue) { $0[R.TDBAL.address] = UInt32(truncatingIfNeeded: address) >> 7 }
        registers.write(R.TDBAH.self, at: queue) { $0[R.TDBAH.address] = UInt32(address >> 32) }
        registers.write(R.TDLEN.self, at: queue) { $0[R.TDLEN.length] = 1024 }
        registers.modify(R.DMATXCTL.self) { $0.set(R.DMATXCTL.enable) }
    }

    func askForReceive(_ queue: Int = 0, on isOn: Bool = true) {
        registers.modify(R.RXDCTL.self, at: queue) { $0[R.RXDCTL.enable] = isOn ? 1 : 0 }
    }

    func askForTransmit(_ queue: Int = 0, on isOn: Bool = true) {
        registers.modify(R.TXDCTL.self, at: queue) { $0[R.TXDCTL.enable] = isOn ? 1 : 0 }
    }

    func receiveIsEnabled(_ queue: Int = 0) -> Bool {
        registers.read(R.RXDCTL.self, at: queue).isSet(R.RXDCTL.enable)
    }

    func transmitIsEnabled(_ queue: Int = 0) -> Bool {
        registers.read(R.TXDCTL.self, at: queue).isSet(R.TXDCTL.enable)
    }

    /// A receive queue that runs, as its driver has seen.
    func startReceiveQueue(_ queue: Int = 0) {
        describeReceive(queue)
        askForReceive(queue)
        wait()
        #expect(receiveIsEnabled(queue))
    }

    /// A transmit queue that runs, as its driver has seen.
    func startTransmitQueue(_ queue: Int = 0) {
        describeTransmit(queue)
        askForTransmit(queue)
        wait()
        #expect(transmitIsEnabled(queue))
    }

    /// The tables that software must fill before it lets frames in.
    static let tables = ["MTA", "VFTA", "MPSAR", "PFUTA", "PFVLVF", "PFVLVFB"]

    /// Fills them.
    func fillTables(except skipped: String? = nil) {
        for table in R.all where Port.tables.contains(table.name) && table.name != skipped {
            for index in 0..<table.count { registers.write32(0, at: table.offset(index)) }
        }
    }

    /// Stops what comes from the wire, and waits until nothing is on its way.
    func emptyReceivePath() {
        registers.modify(R.SECRXCTRL.self) { $0.set(R.SECRXCTRL.pathDisable) }
        while !registers.read(R.SECRXSTAT.self).isSet(R.SECRXSTAT.isEmpty) {}
    }

    /// Sets the high mark of flow control, in bytes.
    func setMark(_ bytes: UInt32) {
        registers.write(R.FCRTH.self) { $0[R.FCRTH.threshold] = bytes / 32 }
    }

    /// Lets frames in, as the datasheet wants it.
    func startReceiving() {
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        fillTables()
        setMark(0x7A000)
        emptyReceivePath()
        registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        registers.modify(R.SECRXCTRL.self) { $0.clear(R.SECRXCTRL.pathDisable) }
    }

    /// Lets the arbiter of the transmit queues rest, or run.
    func setArbiter(resting isResting: Bool) {
        registers.modify(R.RTTDCS.self) { $0[R.RTTDCS.arbiterDisable] = isResting ? 1 : 0 }
    }
}
