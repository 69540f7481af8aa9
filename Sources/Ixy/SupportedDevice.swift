import IxyHardware

/// A kind of device that there is a driver for, matched exactly by vendor and device id: never a guess.
package struct SupportedDevice: Sendable, Hashable {
    package let vendor: UInt16
    package let device: UInt16
    package let name: String
    package let driver: Driver

    /// The drivers for PCI devices.
    package enum Driver: Sendable {
        case ixgbe
        case virtIO
    }

    /// All of them. A new driver adds its rows here and a line in `Device.open`.
    package static let all: [SupportedDevice] = [
        SupportedDevice(vendor: 0x8086, device: 0x10F7, name: "Intel 82599 (KX4)", driver: .ixgbe),
        SupportedDevice(vendor: 0x8086, device: 0x10F9, name: "Intel 82599 (CX4)", driver: .ixgbe),
        SupportedDevice(vendor: 0x8086, device: 0x10FB, name: "Intel 82599 (SFP+)", driver: .ixgbe),
        SupportedDevice(vendor: 0x8086, device: 0x10FC, name: "Intel 82599 (XAUI)", driver: .ixgbe),
        SupportedDevice(vendor: 0x8086, device: 0x1557, name: "Intel 82599EN (SFP+)", driver: .ixgbe),
        // VirtIO 1.2 §4.1.2.1. A transitional device has the old number, and is used in the modern way.
        SupportedDevice(vendor: 0x1AF4, device: 0x1000, name: "VirtIO (transitional or legacy)", driver: .virtIO),
        SupportedDevice(vendor: 0x1AF4, device: 0x1041, name: "VirtIO", driver: .virtIO),
    ]

    /// The supported device with these ids, or nil.
    package static func find(vendor: UInt16, device: UInt16) -> SupportedDevice? {
        all.first { $0.vendor == vendor && $0.device == device }
    }

    /// One line for error messages.
    static var summary: String {
        all.map { "\($0.name) \(ids(vendor: $0.vendor, device: $0.device))" }.joined(separator: ", ")
    }

    /// `8086:10fb`
    static func ids(vendor: UInt16, device: UInt16) -> String { "\(padded(vendor, 4)):\(padded(device, 4))" }
}
