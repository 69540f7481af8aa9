import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Mistakes and gaps in the model that Linux's driver has found, each as a test. (`Docs/Judged.md`)
@Suite struct LinuxFindingsTests {
    typealias R = IXGBERegisters

    private func registers() throws -> ModelRegisters {
        ModelRegisters(try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0x82, 0x59, 0x90, 0, 1)))
    }

    /// The first 16 addresses answer where the 82598 had them, too; the driver reads its own address there.
    @Test func theAddressIsOneRegisterInTwoPlaces() throws {
        let registers = try registers()
        #expect(registers.read32(at: 0x5400) == registers.read32(at: R.RAL.offset(0)))
        #expect(registers.read32(at: 0x5400) == 0x9059_8202)
        #expect(registers.read32(at: 0x5404) == 0x8000_0100)
        registers.write32(0x1234_5678, at: 0x5408)
        #expect(registers.read32(at: R.RAL.offset(1)) == 0x1234_5678)
    }

    @Test(arguments: [
        (0x2100, R.SRRCTL.offset(0)), (0x213C, R.SRRCTL.offset(15)), (0x2200, R.DCA_RXCTRL.offset(0)),
        (0x5480, R.PSRTYPE.offset(0)), (0xEB00, R.RETA.offset(0)), (0xEB80, R.RSSRK.offset(0)), (0xEC80, R.MRQC.offset(0)),
        (0x6030, R.QPTC.offset(0)),
    ])
    func aRegisterAnswersInBothPlaces(other: Int, place: Int) {
        #expect(RegisterFile().place(of: other) == place)
    }

    /// Without the pin the driver takes the cage for empty, and never reports a link.
    @Test func theModuleIsInItsCage() throws {
        #expect(try registers().read32(at: R.ESDP.offset(0)) & 4 == 4)
    }

    /// Reads the module's memory as the driver does it: bit by bit.
    @Test func theModuleTellsWhatItIs() throws {
        let registers = try registers()
        #expect(readModule(registers, 0) == 0x03, "SFP")
        #expect(readModule(registers, 8) == 0x04, "a passive cable")
        #expect(readModule(registers, 3) == 0 && readModule(registers, 6) == 0)
        let sum = (0..<63).reduce(UInt8(0)) { $0 &+ (readModule(registers, UInt8($1)) ?? 0xFF) }
        #expect(readModule(registers, 63) == sum, "its checksum")
    }

    /// No other device answers on that bus.
    @Test func nobodyElseIsOnTheBus() throws {
        #expect(readModule(try registers(), 0, device: 0xA2) == nil)
    }

    /// The security block is ready whenever it is asked; the driver waits for it.
    @Test func theSecurityBlockIsReady() throws {
        let registers = try registers()
        registers.write32(2, at: R.SECTXCTRL.offset(0))
        #expect(registers.read32(at: R.SECTXSTAT.offset(0)) & 1 == 1)
    }

    /// No PHY answers, at once.
    @Test func noPHYAnswers() throws {
        let registers = try registers()
        registers.write32(0x4000_0000, at: R.MSCA.offset(0))
        #expect(registers.read32(at: R.MSCA.offset(0)) & 0x4000_0000 == 0)
        #expect(registers.read32(at: R.MSRWD.offset(0)) >> 16 == 0xFFFF)
    }

    /// "Hardware Error" at the next reset, if the other end has never said anything.
    @Test func theLinkHasAPartner() throws {
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        for _ in 0..<300 { nic.step() }
        #expect(ModelRegisters(nic).read32(at: R.ANLP1.offset(0)) & 0x000F_0000 != 0)
    }

    /// The driver manages traffic by a semaphore that the table had as reserved.
    @Test func managementHasItsSemaphore() {
        #expect(R.SW_FW_SYNC.reservedBits & 1 << 10 == 0)
    }

    // The two-wire bus: clock out bit 1, data out bit 3, data in bit 2. (82599 §8.2.3.1.5)

    private func drive(_ registers: ModelRegisters, _ clock: Bool, _ data: Bool) {
        registers.write32((clock ? 2 : 0) | (data ? 8 : 0), at: R.I2CCTL.offset(0))
    }

    private func clockBit(_ registers: ModelRegisters, _ data: Bool) -> Bool {
        drive(registers, false, data)
        drive(registers, true, data)
        let seen = registers.read32(at: R.I2CCTL.offset(0)) & 4 != 0
        drive(registers, false, data)
        return seen
    }

    private func start(_ registers: ModelRegisters) {
        drive(registers, false, true)
        drive(registers, true, true)
        drive(registers, true, false)
        drive(registers, false, false)
    }

    /// Sends a byte. Returns whether it is acknowledged.
    private func send(_ registers: ModelRegisters, _ byte: UInt8) -> Bool {
        for bit in stride(from: 7, through: 0, by: -1) { _ = clockBit(registers, byte >> UInt8(bit) & 1 == 1) }
        return !clockBit(registers, true)
    }

    private func readModule(_ registers: ModelRegisters, _ offset: UInt8, device: UInt8 = 0xA0) -> UInt8? {
        start(registers)
        guard send(registers, device), send(registers, offset) else { return nil }
        start(registers)
        guard send(registers, device | 1) else { return nil }
        var byte: UInt8 = 0
        for _ in 0..<8 { byte = byte << 1 | (clockBit(registers, true) ? 1 : 0) }
        // Not acknowledged: the last one.
        _ = clockBit(registers, true)
        drive(registers, false, false)
        drive(registers, true, false)
        drive(registers, true, true)
        return byte
    }
}
