import Ixy
import IxyHardware
import IxyModels
import Testing

/// Mistakes of drivers, each of which the model must see.
@Suite struct ViolationTests {
    typealias R = IXGBERegisters
    let nic: ModelNIC
    let registers: ModelRegisters

    init() throws {
        nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        registers = ModelRegisters(nic)
    }

    private func violation(containing text: String, after mistake: () -> Void) {
        #expect(nic.violations == [])
        mistake()
        let found = nic.violations
        #expect(found.count == 1 && found.first?.description.contains(text) == true, "\(found)")
    }

    @Test func reservedBitOfEIMC() {
        violation(containing: "EIMC written with reserved bits") { registers.write32(.max, at: R.EIMC.offset(0)) }
    }

    @Test func reservedBitsOfDTXMXSZRQ() {
        registers.modify(R.RTTDCS.self) { $0.set(R.RTTDCS.arbiterDisable) }
        violation(containing: "DTXMXSZRQ: reserved bits") { registers.write32(0xFFFF, at: R.DTXMXSZRQ.offset(0)) }
    }

    @Test func sizeRequestWhileTheArbiterRuns() {
        violation(containing: "RTTDCS.ARBDIS") { registers.write32(0xFFF, at: R.DTXMXSZRQ.offset(0)) }
    }

    @Test func writeToAReadOnlyRegister() {
        violation(containing: "STATUS written") { registers.write32(0, at: R.STATUS.offset(0)) }
    }

    @Test func accessWhereThereIsNoRegister() {
        violation(containing: "there is no register") { _ = registers.read32(at: 0x1FFFC) }
    }

    @Test func accessDuringReset() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        violation(containing: "while the reset runs") { _ = registers.read(R.RDRXCTL.self) }
    }

    @Test func filterChangedWhileReceiving() {
        registers.modify(R.RXCTRL.self) { $0.set(R.RXCTRL.enable) }
        violation(containing: "FCTRL changed") {
            registers.modify(R.FCTRL.self) { $0.set(R.FCTRL.unicastPromiscuous) }
        }
    }

    @Test func fieldsOfRDRXCTLThatMustBeWrittenSo() {
        violation(containing: "RSCACKC or FCOE_WRFIX") {
            registers.modify(R.RDRXCTL.self) { value in
                value[R.RDRXCTL.firstSize] = 0
                value.clear(R.RDRXCTL.acknowledgeCoalescing)
            }
        }
    }

    @Test func tailWrittenBeforeTheQueueIsEnabled() {
        violation(containing: "RDT(3) written before") { registers.write(R.RDT.self, at: 3) { $0[R.RDT.tail] = 1 } }
    }

    @Test func doorbellRungBeforeTheQueueIsEnabled() {
        let tail = registers.tail(R.TDT.self, at: 5)
        violation(containing: "TDT(5) written before") {
            tail.write(1)
            _ = registers.read(R.STATUS.self)
        }
    }

    @Test func ringLengthThatIsNoMultipleOf128() {
        violation(containing: "no multiple of 128") { registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 100 } }
    }

    @Test func queueEnabledWithoutARing() {
        violation(containing: "enabled without a ring") {
            registers.modify(R.RXDCTL.self) { $0.set(R.RXDCTL.enable) }
        }
    }

    @Test func tailBeyondTheRing() {
        registers.write(R.RDLEN.self) { $0[R.RDLEN.length] = 1024 }
        registers.modify(R.RXDCTL.self) { $0.set(R.RXDCTL.enable) }
        violation(containing: "beyond the ring") { registers.write(R.RDT.self) { $0[R.RDT.tail] = 64 } }
    }

    @Test func dmaOutsideOfMappedMemory() {
        registers.modify(R.DMATXCTL.self) { $0.set(R.DMATXCTL.enable) }
        registers.write(R.TDLEN.self) { $0[R.TDLEN.length] = 1024 }
        registers.write(R.TDBAL.self) { $0[R.TDBAL.address] = 0x1000 }
        registers.modify(R.TXDCTL.self) { $0.set(R.TXDCTL.enable) }
        registers.write(R.TDT.self) { $0[R.TDT.tail] = 1 }
        violation(containing: "outside of mapped memory") {
            // Once, however often it is tried; and only when there is a link to send on.
            for _ in 0..<300 { nic.step() }
        }
    }

    @Test func statisticsAreClearedByReading() {
        #expect(registers.read32(at: R.GPRC.offset(0)) == 0)
        #expect(nic.violations == [])
    }

    @Test func theTableHasNoOverlapsAndSaysTheTruthAboutAccess() {
        var seen: [Int: String] = [:]
        for register in R.all {
            for index in 0..<register.count {
                let offset = register.offset(index)
                #expect(offset % 4 == 0 && offset >= 0 && offset < 0x20000, "\(register.name)")
                #expect(seen.updateValue(register.name, forKey: offset) == nil, "\(register.name) overlaps")
            }
            var bits: UInt32 = 0
            for field in register.fields {
                #expect(bits & field.mask == 0, "\(register.name).\(field.name) overlaps another field")
                bits |= field.mask
            }
            let canWrite = register is any WritableRegister.Type
            let canRead = register is any ReadableRegister.Type
            #expect(canWrite == [.readWrite, .writeOnly, .writeOneToClear].contains(register.access), "\(register.name)")
            #expect(canRead == (register.access != .writeOnly), "\(register.name)")
        }
    }
}
