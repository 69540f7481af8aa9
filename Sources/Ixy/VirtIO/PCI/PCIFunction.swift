import Glibc
import IxyHardware

/// The services of a PCI function that a VirtIO transport needs besides registers. Dropping it ends all DMA.
package protocol PCIFunction: InterruptSource, ~Copyable, Sendable {
    /// Whether it reaches memory at the addresses that an IOMMU translates.
    var isBehindIOMMU: Bool { mutating get }
    /// Lets the device do DMA.
    mutating func enableDMA() throws(HardwareError)
    /// Whether the device has MSI-X switched on now.
    mutating func isMSIXEnabled() throws(HardwareError) -> Bool
}

extension VirtIO {
    /// Waits until a device that was told to reset says that it has. (VirtIO 1.2 §4.1.4.3.2)
    ///
    /// - Throws: `.gone` where nobody answers, `.timeout` after a second.
    static func waitForReset(of address: String, status: () -> UInt8) throws(IxyError) {
        let deadline = ContinuousClock.now.advanced(by: .seconds(1))
        while true {
            let value = status()
            if value == 0 { return }
            if value == 0xFF { throw .gone(device: address) }
            guard ContinuousClock.now < deadline else {
                throw .timeout(
                    device: address, waitedFor: "its reset", milliseconds: 1000, section: "VirtIO 1.2 §4.1.4.3.2")
            }
            usleep(50)
        }
    }

    /// Reads a device configuration until it did not change meanwhile.
    ///
    /// - Throws: `.timeout` where it changes all the time.
    static func readStable(
        of address: String, _ read: () -> (bytes: [UInt8], isStable: Bool)
    ) throws(IxyError) -> [UInt8] {
        let deadline = ContinuousClock.now.advanced(by: .seconds(1))
        while true {
            let (bytes, isStable) = read()
            if isStable { return bytes }
            guard ContinuousClock.now < deadline else {
                throw .timeout(
                    device: address, waitedFor: "its configuration to stay the same", milliseconds: 1000,
                    section: "VirtIO 1.2 §2.5.1")
            }
        }
    }

    /// Refuses what is not within the `length` bytes of a device configuration.
    static func checkConfiguration(
        of address: String, _ length: Int, _ offset: Int, _ count: Int
    ) throws(IxyError) {
        guard offset >= 0, count >= 0, count <= length, offset <= length - count else {
            throw refusal(
                address, "its device configuration has \(length) bytes, and \(count) at \(offset) are needed")
        }
    }

    /// A device that refuses what it must take.
    static func refusal(_ address: String, _ problem: String) -> IxyError {
        .hardware(
            .device(address: address, problem: problem, remedy: "the device is broken or hostile, and cannot be used"))
    }

    /// The driver must not run a device that sees other addresses than the IOMMU gives out.
    static func checkAddressing(
        _ accepted: Features, isBehindIOMMU: Bool, address: String
    ) throws(IxyError) {
        guard isBehindIOMMU, !accepted.contains(.accessPlatform) else { return }
        throw .invalidSetting(
            "\(address) goes past the IOMMU, as it does not offer ACCESS_PLATFORM, so that VFIO cannot confine it",
            remedy: "with QEMU, add iommu_platform=on,disable-legacy=on to the device; else use it without VFIO")
    }
}

extension RegisterWindow where Self: ~Copyable {
    /// The bytes at `offset`: a field of 2 or 4 bytes at once, anything else byte by byte. (VirtIO 1.2 §4.1.3.1)
    func bytes(at offset: Int, count: Int) -> [UInt8] {
        switch count {
        case 2 where offset % 2 == 0:
            let value = read16(at: offset)
            return (0..<2).map { UInt8(truncatingIfNeeded: value >> (8 * UInt16($0))) }
        case 4 where offset % 4 == 0:
            let value = read32(at: offset)
            return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
        default:
            return (0..<count).map { read8(at: offset + $0) }
        }
    }
}
