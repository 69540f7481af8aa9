import Ixy
import IxyHardware
import IxyModels
import Testing

/// Queues that are described wrongly, or changed while they run.
@Suite struct QueueRuleTests {
    typealias R = IXGBERegisters
    let port: Port
    var registers: ModelRegisters { port.registers }

    init() throws { port = try Port() }

    private func violation(containing text: String, after mistake: () -> Void) {
        port.violation(containing: text, after: mistake)
    }

    // Changed while the queue runs.

    @Test(arguments: ["RDBAL", "RDBAH", "RDLEN", "SRRCTL"])
    func receiveRingChangedWhileItsQueueRuns(name: String) throws {
        let register = try #require(R.all.first { $0.name == name })
        let bit = try #require(register.fields.last).mask
        port.startReceiveQueue(1)
        let value = registers.read32(at: register.offset(1))
        registers.write32(value, at: register.offset(1))
        violation(containing: "\(name)(1).") { registers.write32(value ^ bit, at: register.offset(1)) }
        #expect(port.nic.violations.first?.text.hasSuffix("changed while RXDCTL.ENABLE of its queue is set") == true)
    }

    @Test(arguments: ["TDBAL", "TDBAH", "TDLEN", "TDWBAL", "TDWBAH"])
    func transmitRingChangedWhileItsQueueRuns(name: String) throws {
        let register = try #require(R.all.first { $0.name == name })
        let bit = try #require(register.fields.last).mask
        port.startTransmitQueue(1)
        let value = registers.read32(at: register.offset(1))
        registers.write32(value, at: register.offset(1))
        violation(containing: "\(name)(1).") { registers.write32(value ^ bit, at: register.offset(1)) }
        #expect(port.nic.violations.first?.text.hasSuffix("changed while TXDCTL.ENABLE of its queue is set") == true)
    }

    @Test func ringChangedBeforeItsQueueHasStarted() {
        port.describeReceive()
        port.askForReceive()
        violation(containing: "RDLEN(0).LEN changed") { registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 2048 } }
    }

    @Test func ringChangedBeforeItsQueueHasStopped() {
        port.startReceiveQueue()
        port.askForReceive(on: false)
        violation(containing: "RDLEN(0).LEN changed") { registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 2048 } }
    }

    @Test func ringChangedAfterItsQueueHasStopped() {
        port.startReceiveQueue()
        port.askForReceive(on: false)
        port.wait()
        registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 2048 }
        #expect(port.nic.violations == [])
    }

    @Test func transmitEnableStartsTheFirstQueue() {
        registers.modify(R.DMATXCTL.self) { $0.set(R.DMATXCTL.enable) }
        violation(containing: "TDLEN(0).LEN changed while TXDCTL.ENABLE of its queue is set") {
            registers.write(R.TDLEN.self) { $0[R.TDLEN.length] = 1024 }
        }
        port.wait()
        #expect(port.transmitIsEnabled())
    }

    // The head.

    @Test func headSetToZeroWhileItsQueueIsOff() {
        registers.write32(0, at: R.RDH.offset(7))
        registers.write32(0, at: R.TDH.offset(7))
        #expect(port.nic.violations == [])
    }

    @Test func receiveHeadWrittenWhileItsQueueRuns() {
        port.startReceiveQueue(1)
        violation(containing: "RDH(1) written while its queue is enabled") { registers.write32(0, at: R.RDH.offset(1)) }
    }

    @Test func transmitHeadWrittenWhileItsQueueStarts() {
        port.describeTransmit(1)
        port.askForTransmit(1)
        violation(containing: "TDH(1) written while its queue is enabled") { registers.write32(0, at: R.TDH.offset(1)) }
    }

    @Test func headSetToAnotherPlace() {
        violation(containing: "TDH(1) set to another value than 0") { registers.write32(5, at: R.TDH.offset(1)) }
    }

    // Described wrongly.

    @Test func receiveQueueWithoutARing() {
        violation(containing: "the ring of receive queue 0 has no length") { port.askForReceive() }
        port.wait()
        #expect(!port.receiveIsEnabled())
    }

    @Test func lengthThatIsNoMultipleOf128() {
        port.describeReceive()
        registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 1040 }
        violation(containing: "the ring of receive queue 0 is no multiple of 128 bytes") { port.askForReceive() }
    }

    @Test func ringThatEndsBehindItsMemory() {
        port.describeReceive()
        registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = UInt32(Port.size) + 128 }
        violation(containing: "the ring of receive queue 0 is outside of mapped memory") { port.askForReceive() }
        registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = UInt32(Port.size) }
        port.askForReceive()
        port.wait()
        #expect(port.receiveIsEnabled())
    }

    @Test func ringThatWrapsAroundTheAddressSpace() {
        port.describeTransmit(4)
        registers.write32(0xFFFF_FFFF, at: R.TDBAH.offset(4))
        registers.write32(0xFFFF_FF80, at: R.TDBAL.offset(4))
        violation(containing: "the ring of transmit queue 4 is outside of mapped memory") { port.askForTransmit(4) }
    }

    @Test func ringLongerThanValidated() throws {
        let memory = try DMAMemory(count: 0x40000, pages: .small, mapper: port.space)
        var arena = DMAArena(memory)
        let range = try arena.take(count: 0x40000)
        port.describeReceive()
        registers.write32(UInt32(truncatingIfNeeded: range.deviceAddress), at: R.RDBAL.offset(0))
        registers.write32(UInt32(range.deviceAddress >> 32), at: R.RDBAH.offset(0))
        registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 0x20080 }
        violation(containing: "the ring of receive queue 0 is longer than 128 KiB") { port.askForReceive() }
    }

    @Test func ringsThatOverlap() {
        port.startReceiveQueue(0)
        port.describeReceive(1)
        registers.write32(registers.read32(at: R.RDBAL.offset(0)) + 0x380, at: R.RDBAL.offset(1))
        violation(containing: "the ring of receive queue 1 overlaps the ring of receive queue 0") {
            port.askForReceive(1)
        }
    }

    @Test func buffersOfNoSize() {
        port.describeReceive()
        registers.modify(R.SRRCTL.self) { $0[R.SRRCTL.packetBufferSize] = 0 }
        violation(containing: "SRRCTL(0).BSIZEPACKET is not 1 to 16 KiB") { port.askForReceive() }
    }

    @Test func splitHeaders() {
        port.describeReceive()
        registers.modify(R.SRRCTL.self) { $0[R.SRRCTL.descriptorType] = 5 }
        violation(containing: "SRRCTL(0).DESCTYPE splits headers") { port.askForReceive() }
    }

    @Test func relaxedOrderingThatIsNeverTurnedOff() {
        port.startReceiveQueue(3)
        port.startReceiving()
        violation(containing: "bit 12 of DCA_RXCTRL(3) is not cleared") {
            registers.write(R.RDT.self, at: 3) { $0[R.RDT.tail] = 1 }
        }
    }

    @Test func relaxedOrderingThatIsTurnedOff() {
        port.startReceiveQueue(3)
        port.startReceiving()
        registers.modify(R.DCA_RXCTRL.self, at: 3) { $0.clear(R.DCA_RXCTRL.mustBeZero) }
        registers.write(R.RDT.self, at: 3) { $0[R.RDT.tail] = 1 }
        #expect(port.nic.violations == [])
    }

    // Transmit.

    @Test func queueEnabledBeforeTransmit() {
        port.describeTransmit(1)
        registers.modify(R.DMATXCTL.self) { $0.clear(R.DMATXCTL.enable) }
        violation(containing: "TXDCTL(1).ENABLE set before DMATXCTL.TE") { port.askForTransmit(1) }
    }

    @Test func queueEnabledWhileTheArbiterRests() {
        port.describeTransmit(1)
        port.setArbiter(resting: true)
        violation(containing: "TXDCTL(1).ENABLE set while RTTDCS.ARBDIS is set") { port.askForTransmit(1) }
    }

    @Test func aQueueThatIsWrongStaysOffHoweverOftenItIsEnabled() {
        port.describeTransmit(1)
        registers.write(R.TDLEN.self, at: 1) { $0[R.TDLEN.length] = 0 }
        for times in 1...2 {
            port.askForTransmit(1)
            port.wait()
            #expect(!port.transmitIsEnabled(1))
            #expect(port.nic.violations.count == times)
        }
    }

    @Test func theFirstQueueIsCheckedThoughItRunsAlready() {
        registers.modify(R.DMATXCTL.self) { $0.set(R.DMATXCTL.enable) }
        port.wait()
        violation(containing: "the ring of transmit queue 0 has no length") { port.askForTransmit(0) }
        port.wait()
        #expect(!port.transmitIsEnabled(0))
    }

    @Test func prefetchWithoutAHostThreshold() {
        port.describeTransmit(1)
        registers.modify(R.TXDCTL.self, at: 1) { $0[R.TXDCTL.prefetch] = 36 }
        violation(containing: "TXDCTL(1).PTHRESH used with a HTHRESH of 0") { port.askForTransmit(1) }
    }

    private func writeHead(of queue: Int, to address: UInt64) {
        registers.write(R.TDWBAH.self, at: queue) { $0[R.TDWBAH.address] = UInt32(address >> 32) }
        registers.write(R.TDWBAL.self, at: queue) {
            $0[R.TDWBAL.address] = UInt32(truncatingIfNeeded: address) >> 2
            $0.set(R.TDWBAL.enable)
        }
    }

    @Test func headWithAWriteBackThreshold() {
        port.describeTransmit(1)
        writeHead(of: 1, to: port.base)
        registers.modify(R.TXDCTL.self, at: 1) { $0[R.TXDCTL.writeBack] = 4 }
        violation(containing: "TXDCTL(1).WTHRESH is not 0 with head write-back") { port.askForTransmit(1) }
    }

    @Test(arguments: [4, 8])
    func headThatIsNotAligned(offset: UInt64) {
        port.describeTransmit(1)
        writeHead(of: 1, to: port.base + offset)
        violation(containing: "TDWBAL(1) is no multiple of 16 bytes") { port.askForTransmit(1) }
    }

    @Test func headOutsideOfMappedMemory() {
        port.describeTransmit(1)
        writeHead(of: 1, to: port.base + UInt64(Port.size))
        violation(containing: "the head of transmit queue 1 is outside of mapped memory") { port.askForTransmit(1) }
    }

    @Test func headInItsOwnRing() {
        port.describeTransmit(1)
        writeHead(of: 1, to: port.base + 0x8400 + 1008)
        violation(containing: "the head of transmit queue 1 overlaps the ring of transmit queue 1") {
            port.askForTransmit(1)
        }
    }

    @Test func headThatIsRight() {
        port.describeTransmit(1)
        writeHead(of: 1, to: port.base + 16)
        port.askForTransmit(1)
        port.wait()
        #expect(port.transmitIsEnabled(1))
        #expect(port.nic.violations == [])
    }
}
