import Ixy
import IxyHardware
import IxyModels
import Testing

/// The EEPROM as software reads it, word by word.
@Suite struct EEPROMTests {
    typealias R = IXGBERegisters
    let port: Port
    var registers: ModelRegisters { port.registers }

    init() throws { port = try Port() }

    private func ask(_ address: UInt32) {
        registers.write(R.EERD.self) {
            $0[R.EERD.address] = address
            $0.set(R.EERD.start)
        }
    }

    private func word(_ address: UInt32) -> UInt32 {
        ask(address)
        while !registers.read(R.EERD.self).isSet(R.EERD.done) {}
        return registers.read(R.EERD.self)[R.EERD.data]
    }

    @Test func theChecksumIsRight() {
        let sum = (0...0x3F).reduce(UInt32(0)) { $0 + word($1) }
        #expect(sum & 0xFFFF == 0xBABA)
        #expect(port.nic.violations == [])
    }

    @Test func aWordTakesAWhile() {
        ask(0x2C)
        #expect(!registers.read(R.EERD.self).isSet(R.EERD.done))
        port.wait()
        let value = registers.read(R.EERD.self)
        #expect(value.isSet(R.EERD.done))
        #expect(!value.isSet(R.EERD.start))
        #expect(value[R.EERD.data] == 1)
    }

    @Test func nothingLiesBehindTheEnd() {
        #expect(word(1023) == 0)
        #expect(word(1024) == 0xFFFF)
        #expect(word(0x3FFF) == 0xFFFF)
    }

    @Test func aReadWhileAnotherOneRuns() {
        ask(1)
        port.violation(containing: "EERD.START set before EERD.DONE was set") { ask(2) }
    }

    @Test func thePinsAreGranted() {
        registers.modify(R.EEC.self) { $0.set(R.EEC.request) }
        #expect(registers.read(R.EEC.self).isSet(R.EEC.grant))
        registers.modify(R.EEC.self) { $0.clear(R.EEC.request) }
        #expect(!registers.read(R.EEC.self).isSet(R.EEC.grant))
        #expect(port.nic.violations == [])
    }

    @Test func theFirmwareIsUpOnceTheEEPROMIsRead() {
        port.reset()
        let firmware = registers.read(R.FWSM.self)
        #expect(firmware.isSet(R.FWSM.isValid))
        #expect(firmware[R.FWSM.error] == 0)
        port.violation(containing: "FWSM written, though it is read-only") { registers.write32(0, at: R.FWSM.offset(0)) }
    }
}
