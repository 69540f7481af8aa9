import Ixy
import IxyHardware
import IxyModels
import Testing

/// Mistakes of drivers, each of which the model must see.
@Suite struct ViolationTests {
    typealias R = IXGBERegisters
    let port: Port
    var nic: ModelNIC { port.nic }
    var registers: ModelRegisters { port.registers }

    init() throws { port = try Port() }

    private func violation(containing text: String, after mistake: () -> Void) {
        port.violation(containing: text, after: mistake)
    }

    @Test func reservedBitOfEIMC() {
        violation(containing: "EIMC, reserved bit 31 written") { registers.write32(.max, at: R.EIMC.offset(0)) }
    }

    @Test func reservedBitsOfDTXMXSZRQ() {
        registers.modify(R.RTTDCS.self) { $0.set(R.RTTDCS.arbiterDisable) }
        violation(containing: "DTXMXSZRQ, reserved bits 12 to 15 changed") { registers.write32(0xF010, at: R.DTXMXSZRQ.offset(0)) }
    }

    @Test func writeToAReadOnlyRegister() {
        violation(containing: "STATUS written") { registers.write32(0, at: R.STATUS.offset(0)) }
    }

    @Test func accessWhereThereIsNoRegister() {
        violation(containing: "0x1FFFC read, where there is no register") { _ = registers.read32(at: 0x1FFFC) }
    }

    @Test func accessDuringReset() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        violation(containing: "while the reset runs") { _ = registers.read(R.RDRXCTL.self) }
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

    @Test func tailBeyondTheRing() {
        port.startReceiveQueue()
        violation(containing: "beyond the ring") { registers.write(R.RDT.self) { $0[R.RDT.tail] = 64 } }
    }

    @Test func writeThatIsLostInTheReset() {
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.masterDisable) }
        port.wait()
        registers.modify(R.CTRL.self) { $0.set(R.CTRL.deviceReset) }
        violation(containing: "TXDCTL(5) written while the reset runs") { registers.write32(7, at: R.TXDCTL.offset(5)) }
        port.wait()
        #expect(registers.read32(at: R.TXDCTL.offset(5)) == 0)
    }

    @Test func reservedBitsKeepTheirValue() {
        violation(containing: "TDBAL(2), reserved bits 0 to 2 and 5 changed") {
            registers.write32(0x1000_0027, at: R.TDBAL.offset(2))
        }
        #expect(registers.read32(at: R.TDBAL.offset(2)) == 0x1000_0000)
    }

    @Test func bufferOutsideOfMappedMemory() {
        port.startTransmitQueue()
        let ring = UInt64(registers.read32(at: R.TDBAH.offset(0))) << 32 | UInt64(registers.read32(at: R.TDBAL.offset(0)))
        var memory = DMAPort(nic.space)
        // A whole frame of 60 bytes at address 1000 hex, where nothing is. (82599 §7.2.3.2.4)
        let isMapped = memory.store64(0x1000, at: ring)
            && memory.store64(60 << 46 | 1 << 29 | 3 << 24 | 3 << 20 | 60, at: ring + 8)
        #expect(isMapped)
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
            let canWrite = register is any WritableRegister.Type || register is any MemoryRegister.Type
                || register is any KeptRegister.Type
            let canRead = register is any ReadableRegister.Type
            #expect(canWrite == [.readWrite, .writeOnly, .writeOneToClear].contains(register.access), "\(register.name)")
            #expect(canRead == (register.access != .writeOnly), "\(register.name)")
        }
    }
}
