import Glibc
import IxySystem

/// The configuration space of a PCI device, through sysfs or VFIO.
///
/// Numbers are little-endian on the bus and native here. An offset outside of the space, or not a multiple of the
/// width, is an error and not a trap, since offsets are computed from what the device says of itself.
package struct ConfigSpace: ~Copyable, Sendable {
    package let address: PCIAddress
    /// 256 bytes, or 4096 with PCI Express.
    package let count: Int
    private let file: FileDescriptor
    /// Where it starts in the file.
    private let start: Int
    private let path: String

    /// The `count` bytes from `start` on of `file`, which messages call `path`.
    init(_ file: consuming FileDescriptor, at start: Int, count: Int, path: String, of address: PCIAddress) {
        self.file = file
        self.start = start
        self.count = count
        self.path = path
        self.address = address
    }

    /// Opens the configuration space of `device`.
    ///
    /// - Parameter writable: whether it may be written. That, and reading past byte 64, needs root.
    /// - Throws: `HardwareError.privilege`, `.device` where the device is gone.
    package init(of device: PCIDevice, writable: Bool = true) throws(HardwareError) {
        path = device.path("config")
        address = device.address
        guard let file = try device.sysfs.openIfPresent(path, writable ? O_RDWR : O_RDONLY) else {
            throw device.address.missing
        }
        count = min(try Sysfs.naming("read", path, try file.status()).st_size, 4096)
        start = 0
        self.file = file
    }

    /// Reads the 16 bits at `offset`.
    package func read16(at offset: Int) throws(HardwareError) -> UInt16 { try read(at: offset) }
    /// Writes the 16 bits at `offset`.
    package func write16(_ value: UInt16, at offset: Int) throws(HardwareError) { try write(value, at: offset) }

    func read<Value: UnsignedInteger & FixedWidthInteger>(at offset: Int) throws(HardwareError) -> Value {
        try check(offset, size: MemoryLayout<Value>.size)
        guard let value = try Sysfs.naming("read", path, try file.readNumber(MemoryLayout<Value>.size, at: start + offset)) else {
            // The kernel ends the file after the standard header for everybody but root.
            throw .privilege(
                action: "read \(path) at 0x\(padded(offset, 2))",
                remedy: "run the command as root, for example with sudo")
        }
        return Value(truncatingIfNeeded: value)
    }

    func write<Value: UnsignedInteger & FixedWidthInteger>(_ value: Value, at offset: Int) throws(HardwareError) {
        try check(offset, size: MemoryLayout<Value>.size)
        let isWhole = try Sysfs.naming(
            "write", path, try file.write(number: UInt64(value), MemoryLayout<Value>.size, at: start + offset))
        guard isWhole else { throw Sysfs.failure("write", path, ErrorNumber(EIO)) }
    }

    private func check(_ offset: Int, size: Int) throws(HardwareError) {
        guard offset >= 0, size <= count, offset <= count - size, offset % size == 0 else {
            throw address.error(
                "\(size) bytes at offset \(offset) are not within its \(count) bytes of configuration space, or not aligned",
                remedy: "if the device's own capabilities led there, it is broken")
        }
    }
}

extension ConfigSpace {
    /// Bits of the command register, at offset 4. (PCI 3.0 §6.2.2)
    package struct Command: OptionSet, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }
        /// The device answers at its I/O BARs.
        package static let io = Command(rawValue: 1 << 0)
        /// The device answers at its memory BARs.
        package static let memory = Command(rawValue: 1 << 1)
        /// The device may start transfers: DMA and message-signalled interrupts.
        package static let busMaster = Command(rawValue: 1 << 2)
        /// The device does not use its interrupt pin; message-signalled interrupts are not concerned.
        package static let noInterruptPin = Command(rawValue: 1 << 10)
    }

    /// The command register.
    ///
    /// - Throws: `HardwareError.device` where the device does not answer.
    package func command() throws(HardwareError) -> Command {
        let value = try read16(at: 4)
        // Reserved bits read as 0, so all ones mean that nobody answered. Writing that back would switch on everything.
        guard value != 0xFFFF else {
            throw address.error(
                "does not answer", remedy: "it was unplugged, or sleeps: write on to power/control in its folder in /sys")
        }
        return Command(rawValue: value)
    }

    /// Switches bits of the command register on, and leaves the others.
    package func enable(_ bits: Command) throws(HardwareError) {
        try write16(command().union(bits).rawValue, at: 4)
    }

    /// Switches bits of the command register off, and leaves the others. `disable(.busMaster)` ends all DMA.
    package func disable(_ bits: Command) throws(HardwareError) {
        try write16(command().subtracting(bits).rawValue, at: 4)
    }
}
