import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Causes, masks and moderation of interrupts. (82599 §7.3.1, §8.2.3.5)
@Suite struct InterruptTests {
    typealias R = IXGBERegisters

    private func nic() throws -> (ModelNIC, ModelRegisters) {
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        return (nic, ModelRegisters(nic))
    }

    /// MSI-X as Linux's driver sets it: auto mask, other causes on vector 1.
    private func enableMessages(_ registers: ModelRegisters) {
        registers.write32(0xC000_0036, at: R.GPIE.offset(0))
        registers.write32(0x8080, at: R.IVAR.offset(0))
        registers.write32(0x8100, at: R.IVAR_MISC.offset(0))
        registers.write32(0x4000_FFFF, at: R.EIAC.offset(0))
        registers.write32(.max, at: R.EIAM_EX.offset(0))
    }

    @Test func theMaskIsOneRegisterInTwoPlaces() throws {
        let (_, registers) = try nic()
        registers.write32(0x8000_0003, at: R.EIMS_EX.offset(0))
        #expect(registers.read32(at: R.EIMS.offset(0)) == 0x3)
        registers.write32(0x0010_0004, at: R.EIMS.offset(0))
        #expect(registers.read32(at: R.EIMS_EX.offset(0)) == 0x8000_0007)
        registers.write32(0x1, at: R.EIMC_EX.offset(0))
        #expect(registers.read32(at: R.EIMS.offset(0)) == 0x0010_0006)
    }

    @Test func aMessageClearsAndMasksItsCause() throws {
        let (nic, registers) = try nic()
        enableMessages(registers)
        registers.write32(1, at: R.EIMS_EX.offset(0))
        registers.write32(1, at: R.EICS_EX.offset(0))
        #expect(nic.takeInterrupts().messages == 1)
        #expect(registers.read32(at: R.EIMS_EX.offset(0)) == 0, "EIAM_EX masks")
        // Nothing more until software lets it through, and then only what came meanwhile.
        registers.write32(1, at: R.EICS_EX.offset(0))
        #expect(nic.takeInterrupts().messages == 0)
        registers.write32(1, at: R.EIMS_EX.offset(0))
        #expect(nic.takeInterrupts().messages == 1)
        registers.write32(1, at: R.EIMS_EX.offset(0))
        #expect(nic.takeInterrupts().messages == 0, "EIAC has cleared it")
    }

    @Test func otherCausesStayUntilTheyAreRead() throws {
        let (nic, registers) = try nic()
        enableMessages(registers)
        registers.write32(0x0010_0000, at: R.EIMS.offset(0))
        nic.setConnected(false)
        nic.setConnected(true)
        for _ in 0..<300 { nic.step() }
        #expect(nic.takeInterrupts().messages == 2, "vector 1, as IVAR_MISC says")
        #expect(nic.takeInterrupts().messages == 0, "one that stays set sends no second message")
        #expect(registers.read32(at: R.EICR.offset(0)) & 0x0010_0000 != 0)
        #expect(registers.read32(at: R.EICR.offset(0)) == 0, "reading clears")
    }

    @Test func aQueueInterruptsByItsVector() throws {
        let (nic, registers) = try nic()
        enableMessages(registers)
        registers.write32(0x8900_8800, at: R.IVAR.offset(1))
        nic.control { model in
            model.raise(3, isReceive: true)
            model.raise(2, isReceive: true)
        }
        registers.write32(.max, at: R.EIMS_EX.offset(0))
        #expect(nic.takeInterrupts().messages == 0, "these two bytes are the transmit queues'")
        nic.control { model in
            model.raise(3, isReceive: false)
            model.raise(2, isReceive: false)
        }
        #expect(nic.takeInterrupts().messages == 1 << 8 | 1 << 9)
    }

    @Test func theThrottleHoldsMessagesBack() throws {
        let (nic, registers) = try nic()
        enableMessages(registers)
        registers.write32(0, at: R.EIAM_EX.offset(0))
        // 10 units of 2 µs; the model's own clock has a microsecond for each access.
        registers.write32(10 << 3, at: R.EITR.offset(0))
        registers.write32(1, at: R.EIMS_EX.offset(0))
        registers.write32(1, at: R.EICS_EX.offset(0))
        #expect(nic.takeInterrupts().messages == 1)
        registers.write32(1, at: R.EICS_EX.offset(0))
        let held = nic.takeInterrupts()
        #expect(held.messages == 0)
        #expect(held.nextDue != nil)
        for _ in 0..<20 { nic.step() }
        #expect(nic.takeInterrupts().messages == 1)
    }

    @Test func withoutMessagesThePinFollowsTheCauses() throws {
        let (nic, registers) = try nic()
        registers.write32(0x8080, at: R.IVAR.offset(0))
        registers.write32(1, at: R.EIMS.offset(0))
        registers.write32(1, at: R.EICS.offset(0))
        #expect(nic.takeInterrupts().isAsserted)
        #expect(registers.read32(at: R.EICR.offset(0)) == 1)
        #expect(!nic.takeInterrupts().isAsserted)
    }

    /// Linux's driver looks at the causes in EICS, as reading EICR would clear them.
    @Test func theCausesCanBeSeenInEICS() throws {
        let (nic, registers) = try nic()
        registers.write32(0x0010_0001, at: R.EICS.offset(0))
        #expect(registers.read32(at: R.EICS.offset(0)) == 0x0010_0001)
        #expect(registers.read32(at: R.EICS.offset(0)) == 0x0010_0001)
        #expect(nic.violations.map(\.text) == ["EICS read, though it is write-only", "EICS read, though it is write-only"])
    }
}
