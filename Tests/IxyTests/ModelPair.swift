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

/// A UDP packet over IPv4 from source port 0x1000 and so much, which is its flow.
func flow(_ port: UInt8) -> [UInt8] {
    var bytes = frame(count: 60, fill: 0)
    bytes.replaceSubrange(12..<14, with: [8, 0])
    bytes.replaceSubrange(14..<18, with: [0x45, 0, 0, 46])
    bytes[23] = 17
    bytes.replaceSubrange(26..<34, with: [10, 0, 0, 1, 10, 0, 0, 2])
    bytes.replaceSubrange(34..<38, with: [0x10, port, 0, 53])
    return bytes
}

/// Makes the device write `word` into descriptor `slot`: by default, that it has received a frame of 65535 bytes.
func lie(_ nic: ModelNIC, slot: UInt64, word: UInt64 = 0xFFFF << 32 | 3) {
    typealias R = IXGBERegisters
    let registers = ModelRegisters(nic)
    let ring = UInt64(registers.read32(at: R.RDBAH.offset(0))) << 32 | UInt64(registers.read32(at: R.RDBAL.offset(0)))
    var port = DMAPort(nic.space)
    let isMapped = port.store64(word, at: ring + slot * 16 + 8)
    #expect(isMapped)
}
