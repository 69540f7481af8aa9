import Ixy
import IxyHardware
import IxyModels
import Testing

/// Two modelled ports that share an address space, so that packets can be forwarded between them without a copy.
struct ModelPair {
    let space = IOAddressSpace()
    let left: ModelNIC
    let right: ModelNIC

    init() throws {
        left = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        right = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
    }

    var violations: [Violation] { left.violations + right.violations }

    func step() {
        left.step()
        right.step()
    }

    /// Steps until both links are up: before that nothing comes and nothing goes.
    func waitForLink() {
        for _ in 0..<300 { step() }
    }
}

/// Settings of a test, small ones by default.
func settings(queues: Int = 1, ring: Int = 64, promiscuous: Bool = true) -> DeviceSettings {
    var settings = DeviceSettings()
    settings.queues = queues
    settings.receiveRing = ring
    settings.transmitRing = ring
    settings.isPromiscuous = promiscuous
    return settings
}

/// An Ethernet frame to `destination` of `count` bytes.
func frame(to destination: [UInt8] = [2, 0, 0, 0, 0, 1], count: Int = 60, fill: UInt8 = 7) -> [UInt8] {
    let header: [UInt8] = destination + [2, 0, 0, 0, 0, 9, 0x88, 0xB5]
    return header + [UInt8](repeating: fill, count: count - header.count)
}

/// Makes the device claim a received frame of 65535 bytes in descriptor `slot`.
func lie(_ nic: ModelNIC, slot: UInt64) {
    typealias R = IXGBERegisters
    let registers = ModelRegisters(nic)
    let ring = UInt64(registers.read32(at: R.RDBAH.offset(0))) << 32 | UInt64(registers.read32(at: R.RDBAL.offset(0)))
    var port = DMAPort(nic.space)
    let isMapped = port.store64(0xFFFF << 32 | 3, at: ring + slot * 16 + 8)
    #expect(isMapped)
}
