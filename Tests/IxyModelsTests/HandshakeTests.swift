import Ixy
import IxyHardware
import IxyModels
import Testing

/// Changes that the hardware makes only some time after it was asked to, and the fate of a driver that does not wait.
@Suite struct HandshakeTests {
    typealias R = IXGBERegisters
    let port: Port

    init() throws { port = try Port() }

    @Test func aReceiveQueueIsEnabledOnlyAWhileLater() {
        port.describeReceive()
        port.askForReceive()
        #expect(!port.receiveIsEnabled())
        port.wait()
        #expect(port.receiveIsEnabled())
        port.askForReceive(on: false)
        #expect(port.receiveIsEnabled(), "it still has something to write back")
        port.wait()
        #expect(!port.receiveIsEnabled())
        #expect(port.nic.violations == [])
    }

    @Test func aTransmitQueueIsEnabledOnlyAWhileLater() {
        port.describeTransmit(3)
        port.askForTransmit(3)
        #expect(!port.transmitIsEnabled(3))
        port.wait()
        #expect(port.transmitIsEnabled(3))
        port.askForTransmit(3, on: false)
        #expect(port.transmitIsEnabled(3))
        port.wait()
        #expect(!port.transmitIsEnabled(3))
        #expect(port.nic.violations == [])
    }

    @Test func aQueueThatIsTurnedOffBeforeItWasOnStaysOff() {
        port.describeReceive()
        port.askForReceive()
        port.askForReceive(on: false)
        port.wait()
        #expect(!port.receiveIsEnabled())
        #expect(port.nic.violations == [])
    }

    @Test func receiveTailWithoutAPoll() {
        port.describeReceive()
        port.askForReceive()
        port.violation(containing: "RDT(0) written before RXDCTL(0).ENABLE was read as 1") {
            port.registers.write(R.RDT.self) { $0[R.RDT.tail] = 63 }
        }
    }

    @Test func transmitTailAfterASleepInsteadOfAPoll() {
        port.describeTransmit()
        port.askForTransmit()
        port.wait()
        port.violation(containing: "TDT(0) written before TXDCTL(0).ENABLE was read as 1") {
            port.registers.write(R.TDT.self) { $0[R.TDT.tail] = 1 }
        }
    }

    @Test func tailOfAQueueThatWasStoppedAndStartedAgain() {
        port.startReceiveQueue()
        port.askForReceive(on: false)
        port.wait()
        port.askForReceive()
        port.wait()
        port.violation(containing: "RDT(0) written before") {
            port.registers.write(R.RDT.self) { $0[R.RDT.tail] = 63 }
        }
    }

    @Test func tailAfterThePoll() {
        port.startReceiveQueue()
        port.startTransmitQueue()
        port.registers.write(R.RDT.self) { $0[R.RDT.tail] = 63 }
        port.registers.tail(R.TDT.self).write(0)
        port.wait()
        #expect(port.nic.violations == [])
    }

    @Test func afterAResetTheEEPROMIsReadFirstAndDMAIsReadyLast() {
        port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        while port.registers.read(R.CTRL.self).isSet(R.CTRL.deviceReset) {}
        var seen: [(eeprom: Bool, dma: Bool, address: Bool)] = []
        for _ in 0..<10 {
            seen.append(
                (
                    port.registers.read(R.EEC.self).isSet(R.EEC.autoReadDone),
                    port.registers.read(R.RDRXCTL.self).isSet(R.RDRXCTL.isInitialized),
                    port.registers.read(R.RAH.self).isSet(R.RAH.isValid)
                ))
        }
        #expect(seen.first.map { !$0.eeprom && !$0.dma && !$0.address } == true)
        #expect(seen.last.map { $0.eeprom && $0.dma && $0.address } == true)
        #expect(seen.contains { $0.eeprom && !$0.dma })
        #expect(port.nic.violations == [])
    }

    @Test func dmaInitializationIsNotForSoftwareToDeclare() {
        port.reset()
        #expect(port.registers.read(R.RDRXCTL.self).isSet(R.RDRXCTL.isInitialized))
        port.registers.write32(0x0600_0000, at: R.RDRXCTL.offset(0))
        #expect(port.registers.read(R.RDRXCTL.self).isSet(R.RDRXCTL.isInitialized))
    }

    @Test func dmaEndsOnlyAWhileAfterItWasAskedTo() {
        func isMaster() -> Bool { port.registers.read(R.STATUS.self).isSet(R.STATUS.masterEnabled) }
        #expect(isMaster())
        port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        #expect(isMaster())
        port.wait()
        #expect(!isMaster())
        port.registers.modify(R.CTRL.self) { $0.clear(R.CTRL.masterDisable) }
        #expect(isMaster())
        #expect(port.nic.violations == [])
    }

    @Test func resetBeforeDMAHasEnded() {
        port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.violation(containing: "while STATUS.PCIe Master Enable Status is set") {
            port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        }
    }

    @Test func aResetForgetsWhatWasUnderWay() {
        port.describeReceive()
        port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        port.askForReceive()
        port.registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        port.wait()
        #expect(!port.receiveIsEnabled())
        #expect(port.registers.read(R.STATUS.self).isSet(R.STATUS.masterEnabled))
        #expect(port.nic.violations == [])
    }

    @Test func violationsHaveAnEnd() {
        for _ in 0..<2000 { _ = port.registers.read32(at: 0x1FFFC) }
        #expect(port.nic.violations.count == 1000)
    }
}
