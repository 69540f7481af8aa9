import Ixy
import IxyHardware
import IxyModels
import Testing

/// Registers that are written at the wrong time.
@Suite struct OrderRuleTests {
    typealias R = IXGBERegisters
    let port: Port
    var registers: ModelRegisters { port.registers }

    init() throws { port = try Port() }

    private func violation(containing text: String, after mistake: () -> Void) {
        port.violation(containing: text, after: mistake)
    }

    // While frames come in.

    @Test func filterChangedWhileReceiving() {
        port.startReceiving()
        violation(containing: "FCTRL.UPE changed while RXCTRL.RXEN is set") {
            registers.modify(R.FCTRL.self) { $0.set(R.FCTRL.unicastPromiscuous) }
        }
    }

    @Test func filterWrittenAsItWasWhileReceiving() {
        port.startReceiving()
        registers.modify(R.FCTRL.self) { _ in }
        #expect(port.nic.violations == [])
    }

    @Test func checksumControlChangedWhileReceiving() {
        port.startReceiving()
        violation(containing: "RXCSUM.PCSD changed while RXCTRL.RXEN is set") {
            registers.modify(R.RXCSUM.self) { $0.set(R.RXCSUM.checksumDisable) }
        }
    }

    @Test func stripOfTheMACChangedWhileReceiving() {
        port.startReceiving()
        violation(containing: "HLREG0.RXCRCSTRP changed while RXCTRL.RXEN is set") {
            registers.modify(R.HLREG0.self) { $0.clear(R.HLREG0.receiveCRCStrip) }
        }
    }

    @Test func stripOfTheDMAChangedWhileReceiving() {
        port.startReceiving()
        violation(containing: "RDRXCTL.CRCStrip changed while RXCTRL.RXEN is set") {
            registers.modify(R.RDRXCTL.self) {
                $0.set(R.RDRXCTL.crcStrip)
                $0[R.RDRXCTL.firstSize] = 0
                $0.set(R.RDRXCTL.acknowledgeCoalescing)
                $0.set(R.RDRXCTL.fcoeFix)
            }
        }
    }

    // Start-up.

    @Test func registerWrittenBeforeTheEEPROMIsRead() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        while registers.read(R.CTRL.self).isSet(R.CTRL.deviceReset) {}
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        violation(containing: "RAL(0) written before EEC.Auto_RD was set") {
            registers.write(R.RAL.self) { $0[R.RAL.address] = 1 }
        }
    }

    @Test func flowControlWrittenBeforeTheEEPROMIsRead() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        while registers.read(R.CTRL.self).isSet(R.CTRL.deviceReset) {}
        port.setMark(0x7A000)
        #expect(!registers.read(R.EEC.self).isSet(R.EEC.autoReadDone))
        #expect(port.nic.violations == [])
    }

    @Test func receiveEnabledWithInterruptsUnmasked() {
        port.fillTables()
        port.setMark(0x7A000)
        port.emptyReceivePath()
        violation(containing: "RXCTRL.RXEN set before EIMC was written") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    @Test(arguments: Port.tables)
    func receiveEnabledWithATableThatHoldsAnything(table: String) {
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        port.fillTables(except: table)
        port.setMark(0x7A000)
        port.emptyReceivePath()
        violation(containing: "RXCTRL.RXEN set before all of \(table) was written") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    @Test func tablesFilledOnlyBeforeTheReset() {
        port.fillTables()
        port.reset()
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        port.setMark(0x7A000)
        port.emptyReceivePath()
        registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        #expect(port.nic.violations.count == Port.tables.count)
        #expect(registers.read32(at: R.MTA.offset(1)) != 0, "it holds anything")
    }

    @Test func interruptsMaskedOnlyBeforeTheReset() {
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        port.reset()
        port.fillTables()
        port.setMark(0x7A000)
        port.emptyReceivePath()
        violation(containing: "RXCTRL.RXEN set before EIMC was written") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    @Test func onlySomeInterruptsMasked() {
        port.fillTables()
        registers.write32(0xFFFF, at: R.EIMC.offset(0))
        port.setMark(0x7A000)
        port.emptyReceivePath()
        violation(containing: "RXCTRL.RXEN set before EIMC was written") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    /// Resets, and waits for the EEPROM but not for the DMA engine.
    private func resetInHaste() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        while registers.read(R.CTRL.self).isSet(R.CTRL.deviceReset) {}
        while !registers.read(R.EEC.self).isSet(R.EEC.autoReadDone) {}
    }

    @Test func receiveEnabledBeforeDMAIsReady() {
        resetInHaste()
        registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        #expect(port.nic.violations.contains { $0.text == "RXCTRL.RXEN set before RDRXCTL.DMAIDONE was set" })
    }

    @Test func transmitEnabledBeforeDMAIsReady() {
        resetInHaste()
        violation(containing: "DMATXCTL.TE set before RDRXCTL.DMAIDONE") {
            registers.modify(R.DMATXCTL.self) { $0.set(R.DMATXCTL.enable) }
        }
    }

    @Test func receiveEnabledWithoutAPollOfThePath() {
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        port.fillTables()
        port.setMark(0x7A000)
        registers.modify(R.SECRXCTRL.self) { $0.set(R.SECRXCTRL.pathDisable) }
        port.wait()
        violation(containing: "RXCTRL.RXEN set before SECRXSTAT.SECRX_RDY was read as 1") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    @Test(arguments: [0, 128 * 1024])
    func receiveEnabledWithAnImpossibleMark(bytes: UInt32) {
        registers.write(R.EIMC.self) { $0.set(R.EIMC.all) }
        port.fillTables()
        port.setMark(bytes)
        registers.write(R.RXPBSIZE.self) { $0[R.RXPBSIZE.size] = 128 }
        port.emptyReceivePath()
        violation(containing: "RXCTRL.RXEN set with an FCRTH(0).RTH of") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    @Test func receivePathIsEmptyOnlyAWhileAfterItWasStopped() {
        func isEmpty() -> Bool { registers.read(R.SECRXSTAT.self).isSet(R.SECRXSTAT.isEmpty) }
        #expect(!isEmpty())
        registers.modify(R.SECRXCTRL.self) { $0.set(R.SECRXCTRL.pathDisable) }
        #expect(!isEmpty())
        port.wait()
        #expect(isEmpty())
        registers.modify(R.SECRXCTRL.self) { $0.clear(R.SECRXCTRL.pathDisable) }
        #expect(!isEmpty())
    }

    @Test func receiveEnabledAgainThroughAPathThatRuns() {
        port.startReceiving()
        registers.modify(R.RXCTRL.self) { $0.clear(R.RXCTRL.enable) }
        violation(containing: "RXCTRL.RXEN set before SECRXSTAT.SECRX_RDY was read as 1") {
            registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        }
    }

    @Test func maskedInterruptsAreOff() {
        registers.write32(0x0010_0001, at: R.EIMS.offset(0))
        registers.write32(0x0000_0002, at: R.EIMS.offset(0))
        #expect(registers.read32(at: R.EIMS.offset(0)) == 0x0010_0003)
        registers.write32(0x0000_0001, at: R.EIMC.offset(0))
        #expect(registers.read32(at: R.EIMS.offset(0)) == 0x0010_0002)
    }

    @Test func masterDisabledWhileAQueueReceives() {
        port.startReceiveQueue(2)
        violation(containing: "Master Disable set while RXDCTL(2).ENABLE is set") {
            registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        }
    }

    // The arbiter.

    @Test(arguments: ["MTQC", "DTXMXSZRQ", "TXPBSIZE", "TXPBTHRESH"])
    func sizesWrittenWhileTheArbiterRuns(name: String) throws {
        let register = try #require(R.all.first { $0.name == name })
        let value = registers.read32(at: register.offset(0))
        port.setArbiter(resting: true)
        registers.write32(value, at: register.offset(0))
        port.setArbiter(resting: false)
        violation(containing: "written while RTTDCS.ARBDIS is clear") {
            registers.write32(value, at: register.offset(0))
        }
    }

    @Test func transmitEnabledWhileTheArbiterRests() {
        port.setArbiter(resting: true)
        violation(containing: "DMATXCTL.TE, which enables transmit queue 0, set while RTTDCS.ARBDIS is set") {
            registers.modify(R.DMATXCTL.self) { $0.set(R.DMATXCTL.enable) }
        }
    }

    // Fields that stay.

    @Test func etherTypeOfTransmitChanged() {
        violation(containing: "DMATXCTL.VT changed") {
            registers.modify(R.DMATXCTL.self) { $0[R.DMATXCTL.vlanType] = 0x88A8 }
        }
    }

    @Test func etherTypeOfReceiveChanged() {
        violation(containing: "VLNCTRL.VET changed") {
            registers.modify(R.VLNCTRL.self) { $0[R.VLNCTRL.etherType] = 0x88A8 }
        }
    }
}
