import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// The driver beside others that use the same registers.
@Suite struct SharedRegisterTests {
    typealias R = IXGBERegisters

    @Test func givesBackWhatItTook() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let registers = ModelRegisters(pair.left)
        #expect(registers.read32(at: R.SW_FW_SYNC.offset(0)) == 0)
        #expect(registers.read32(at: R.SWSM.offset(0)) == 0)
        try device.stop()
        #expect(pair.left.violations == [])
    }

    @Test func takesTheSemaphoreOfADriverThatDied() throws {
        let pair = try ModelPair()
        _ = ModelRegisters(pair.left).read(R.SWSM.self)
        var device = try Device.open(pair.left, address: "left", settings: settings())
        try device.stop()
        #expect(pair.left.violations == [])
    }

    @Test func takesTheRegistersOfADriverThatDied() throws {
        let pair = try ModelPair()
        pair.left.control { $0.registers.put(R.SW_FW_SYNC.softwareRegisters, 1) }
        let start = ContinuousClock.now
        var device = try Device.open(pair.left, address: "left", settings: settings())
        #expect(ContinuousClock.now - start > .seconds(1), "a driver that is alive may have them")
        try device.stop()
        #expect(pair.left.violations == [])
    }

    @Test func namesTheFirmwareThatKeepsThem() throws {
        let pair = try ModelPair()
        pair.left.control { $0.registers.put(R.SW_FW_SYNC.firmwareRegisters, 1) }
        let error = #expect(throws: IxyError.self) {
            _ = try Device.open(pair.left, address: "left", settings: settings())
        }
        #expect(error?.description.contains("the firmware to leave shared registers alone") == true)
        #expect(pair.left.violations == [])
    }

    @Test func namesTheFirmwareThatKeepsTheSemaphore() throws {
        let pair = try ModelPair()
        pair.left.control { $0.registers.put(R.FWSM.semaphore, 1) }
        let error = #expect(throws: IxyError.self) {
            _ = try Device.open(pair.left, address: "left", settings: settings())
        }
        #expect(error?.description.contains("the firmware's semaphore") == true)
        #expect(ModelRegisters(pair.left).read32(at: R.SWSM.offset(0)) == 0, "it gives back the other one")
        #expect(pair.left.violations == [])
    }
}
