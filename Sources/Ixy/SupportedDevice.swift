/// A kind of device that there is a driver for, matched exactly by vendor and device id: never a guess.
public struct SupportedDevice: Sendable, Hashable {
    public let vendor: UInt16
    public let device: UInt16
    public let name: String

    /// All of them. A new driver adds its rows here, and nothing else outside of its folder changes.
    public static let all: [SupportedDevice] = [
        SupportedDevice(vendor: 0x8086, device: 0x10F7, name: "Intel 82599 (KX4)"),
        SupportedDevice(vendor: 0x8086, device: 0x10F9, name: "Intel 82599 (CX4)"),
        SupportedDevice(vendor: 0x8086, device: 0x10FB, name: "Intel 82599 (SFP+)"),
        SupportedDevice(vendor: 0x8086, device: 0x10FC, name: "Intel 82599 (XAUI)"),
        SupportedDevice(vendor: 0x8086, device: 0x1557, name: "Intel 82599EN (SFP+)"),
    ]

    /// The supported device with these ids, or nil.
    public static func find(vendor: UInt16, device: UInt16) -> SupportedDevice? {
        all.first { $0.vendor == vendor && $0.device == device }
    }

    /// One line for error messages.
    static var summary: String {
        all.map { "\($0.name) \(hex($0.vendor)):\(hex($0.device))" }.joined(separator: ", ")
    }

    private static func hex(_ id: UInt16) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
