import Foundation
package import IxyHardware

/// A folder laid out like `/sys`, with as much of PCI as a test puts there. It vanishes with the object.
package final class FakeTree: Sendable {
    package let root: String
    package let sysfs: Sysfs

    package init() throws {
        root = NSTemporaryDirectory() + "ixy-sysfs-" + UUID().uuidString
        sysfs = Sysfs(root: root)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Adds an 82599 with one memory BAR of 8 KiB, without a driver.
    @discardableResult
    package func addNIC(_ address: String = "0000:03:00.0", class code: String = "0x020000") throws -> String {
        let folder = "bus/pci/devices/\(address)"
        let ids = [
            "vendor": "0x8086", "device": "0x10fb", "class": code,
            "numa_node": "1", "driver_override": "(null)",
        ]
        for (name, value) in ids { try write(value + "\n", "\(folder)/\(name)") }
        try setBARs([0: "0x00000000f0000000 0x00000000f0001fff 0x000000000014220c"], folder)
        try write(bytes: [UInt8](repeating: 0, count: 8192), "\(folder)/resource0")
        try write(bytes: [UInt8](repeating: 0, count: 256), "\(folder)/config")
        return folder
    }

    package func setBARs(_ lines: [Int: String], _ folder: String = "bus/pci/devices/0000:03:00.0") throws {
        let none = "0x0000000000000000 0x0000000000000000 0x0000000000000000"
        try write((0..<13).map { (lines[$0] ?? none) + "\n" }.joined(), "\(folder)/resource")
    }

    package func addDriver(_ name: String) throws {
        try write("", "bus/pci/drivers/\(name)/bind")
        try write("", "bus/pci/drivers/\(name)/unbind")
    }

    /// Acts as the kernel does when a driver takes a device, or lets go of it if `name` is nil.
    package func setDriver(_ name: String?, _ folder: String = "bus/pci/devices/0000:03:00.0") throws {
        try? FileManager.default.removeItem(atPath: "\(root)/\(folder)/driver")
        if let name { try link("\(folder)/driver", to: "../../../bus/pci/drivers/\(name)") }
    }

    package func device(_ address: String = "0000:03:00.0") throws -> PCIDevice {
        try PCIDevice(at: PCIAddress(address), in: sysfs)
    }

    package func write(_ text: String, _ path: String) throws { try write(bytes: [UInt8](text.utf8), path) }

    package func write(bytes: [UInt8], _ path: String) throws {
        let url = URL(fileURLWithPath: "\(root)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    package func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(root)/\(path)", withDestinationPath: target)
    }

    package func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(root)/\(path)") }

    package func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))) }

    package func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }
}

/// The error that `body` throws, as the user reads it; nil where it throws none.
package func sentence(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
