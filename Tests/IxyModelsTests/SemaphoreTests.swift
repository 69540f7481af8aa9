import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// How software and firmware share registers.
@Suite struct SemaphoreTests {
    typealias R = IXGBERegisters
    let port: Port
    var registers: ModelRegisters { port.registers }

    init() throws { port = try Port() }

    private func violation(containing text: String, after mistake: () -> Void) {
        port.violation(containing: text, after: mistake)
    }

    private func lock() {
        #expect(!registers.read(R.SWSM.self).isSet(R.SWSM.semaphore))
        registers.modify(R.SWSM.self) { $0.set(R.SWSM.softwareFirmwareSemaphore) }
        #expect(registers.read(R.SWSM.self).isSet(R.SWSM.softwareFirmwareSemaphore))
    }

    private func unlock() { registers.write32(0, at: R.SWSM.offset(0)) }

    private func claim() {
        lock()
        registers.modify(R.SW_FW_SYNC.self) { $0.set(R.SW_FW_SYNC.softwareRegisters) }
        unlock()
    }

    @Test func theSoftwareSemaphoreIsTakenByReadingIt() {
        #expect(registers.read32(at: R.SWSM.offset(0)) == 0)
        #expect(registers.read32(at: R.SWSM.offset(0)) == 1)
        unlock()
        #expect(registers.read32(at: R.SWSM.offset(0)) == 0)
        #expect(port.nic.violations == [])
    }

    @Test func theFirmwareKeepsItsSemaphore() {
        port.nic.control { $0.registers.put(R.FWSM.semaphore, 1) }
        _ = registers.read(R.SWSM.self)
        registers.modify(R.SWSM.self) { $0.set(R.SWSM.softwareFirmwareSemaphore) }
        #expect(!registers.read(R.SWSM.self).isSet(R.SWSM.softwareFirmwareSemaphore))
        #expect(port.nic.violations == [])
    }

    @Test func theSecondSemaphoreWithoutTheFirst() {
        violation(containing: "SWSM.SWESMBI set without SWSM.SMBI") {
            registers.write(R.SWSM.self) { $0.set(R.SWSM.softwareFirmwareSemaphore) }
        }
    }

    @Test func theFirstSemaphoreWritten() {
        violation(containing: "SWSM.SMBI written as 1") { registers.write(R.SWSM.self) { $0.set(R.SWSM.semaphore) } }
    }

    @Test func claimWithoutTheSemaphore() {
        violation(containing: "SW_FW_SYNC written without SWSM.SWESMBI") {
            registers.modify(R.SW_FW_SYNC.self) { $0.set(R.SW_FW_SYNC.softwareRegisters) }
        }
    }

    @Test func claimOfWhatTheFirmwareHas() {
        port.nic.control { $0.registers.put(R.SW_FW_SYNC.firmwareRegisters, 1) }
        lock()
        violation(containing: "SW_FW_SYNC claimed for software while the firmware has the same") {
            registers.modify(R.SW_FW_SYNC.self) { $0.set(R.SW_FW_SYNC.softwareRegisters) }
        }
    }

    @Test func claimOfSomethingElseThanTheFirmwareHas() {
        port.nic.control { $0.registers.put(R.SW_FW_SYNC.firmwareEEPROM, 1) }
        claim()
        #expect(port.nic.violations == [])
    }

    @Test func linkRestartedWithoutAClaim() {
        violation(containing: "AUTOC written without SW_FW_SYNC.SW_MAC_CSR_SM") {
            registers.modify(R.AUTOC.self) { $0.set(R.AUTOC.restart) }
        }
    }

    @Test func linkRestartedWithAClaim() {
        claim()
        registers.modify(R.AUTOC.self) { $0.set(R.AUTOC.restart) }
        #expect(port.nic.violations == [])
    }

    @Test func aResetOfThePortLeavesWhatIsShared() {
        claim()
        port.reset()
        #expect(registers.read(R.SW_FW_SYNC.self).isSet(R.SW_FW_SYNC.softwareRegisters))
        #expect(port.nic.violations == [])
    }
}
