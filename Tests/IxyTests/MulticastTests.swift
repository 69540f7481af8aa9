import Ixy
import IxyHardware
import Testing

@testable import IxyModels

/// Groups that the driver asks the port to receive.
@Suite struct MulticastTests {
    typealias R = IXGBERegisters
    private let mdns = MACAddress(1, 0, 0x5E, 0, 0, 0xFB)
    private let router = MACAddress(0x33, 0x33, 0, 0, 0, 2)
    private let other = MACAddress(0x33, 0x33, 0, 1, 0, 3)

    /// Which of the three groups the port receives.
    private func accepted(_ nic: ModelNIC) -> [Bool] {
        [mdns, router, other].map { group in nic.control { MulticastFilter($0.registers).accepts(group.value) } }
    }

    @Test func onlyTheGroupsThatWereAskedFor() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        #expect(accepted(pair.left) == [false, false, false])
        try device.driver.setMulticast([mdns, router])
        #expect(accepted(pair.left) == [true, true, false])
        try device.driver.setMulticast([router])
        #expect(accepted(pair.left) == [false, true, false])
        try device.driver.setMulticast([])
        #expect(accepted(pair.left) == [false, false, false])
        let isOn = ModelRegisters(pair.left).read(R.MCSTCTRL.self).isSet(R.MCSTCTRL.filterEnable)
        #expect(!isOn)
        try device.stop()
        #expect(pair.violations == [])
    }

    @Test func everyGroupAndBack() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        try device.driver.setMulticast([mdns])
        try device.driver.setAllMulticast(true)
        #expect(accepted(pair.left) == [true, true, true])
        let unicast = ModelRegisters(pair.left).read(R.FCTRL.self).isSet(R.FCTRL.unicastPromiscuous)
        #expect(!unicast)
        try device.driver.setPromiscuous(true)
        try device.driver.setPromiscuous(false)
        #expect(accepted(pair.left) == [true, true, true], "it was asked for by itself")
        try device.driver.setAllMulticast(false)
        #expect(accepted(pair.left) == [true, false, false])
        try device.stop()
        #expect(pair.violations == [])
    }

    @Test func refusesAnAddressThatIsNoGroup() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        try device.driver.setMulticast([mdns])
        let error = #expect(throws: IxyError.self) {
            try device.driver.setMulticast([router, MACAddress(2, 0, 0, 0, 0, 1)])
        }
        #expect(error?.description.contains("02:00:00:00:00:01 is no group address") == true)
        #expect(accepted(pair.left) == [true, false, false], "nothing has changed")
        try device.stop()
    }

    @Test func groupsSurviveAReset() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        try device.driver.setMulticast([mdns])
        // A frame longer than any buffer is a lie.
        let registers = ModelRegisters(pair.left)
        let ring = UInt64(registers.read32(at: R.RDBAH.offset(0))) << 32 | UInt64(registers.read32(at: R.RDBAL.offset(0)))
        var port = DMAPort(pair.space)
        let isMapped = port.store64(0xFFFF << 32 | 3, at: ring + 8)
        #expect(isMapped)
        var batch = PacketBatch(capacity: 32)
        device.receive(into: &batch)
        // Asked for while the reset is under way.
        try device.driver.setMulticast([mdns, other])
        for _ in 0..<20 {
            device.receive(into: &batch)
            device.transmit(&batch)
        }
        let resets = device.driver.statistics().resets
        #expect(resets == 1)
        #expect(accepted(pair.left) == [true, false, true])
        try device.stop()
        #expect(pair.violations == [])
    }

    @Test func aPortThatIsOffStaysOff() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(promiscuous: false))
        try device.stop()
        try device.driver.setMulticast([mdns])
        try device.driver.setPromiscuous(true)
        let isReceiving = ModelRegisters(pair.left).read(R.RXCTRL.self).isSet(R.RXCTRL.enable)
        #expect(!isReceiving)
        #expect(pair.violations == [])
    }
}
