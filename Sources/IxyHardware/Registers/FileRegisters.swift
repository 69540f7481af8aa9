import IxySystem

/// Registers that are reached by reading and writing a file: an I/O BAR in sysfs, or a region of a VFIO device.
///
/// The kernel makes one access of the same width out of each call.
package struct FileRegisters: ~Copyable, Sendable {
    private let file: FileDescriptor
    /// Where the BAR starts in the file.
    private let start: Int
    /// Length of the BAR in bytes.
    package let count: Int

    /// The registers in the `count` bytes from `start` on of `file`.
    package init(_ file: consuming FileDescriptor, at start: Int, count: Int) {
        precondition(start >= 0 && count >= 0 && start <= Int.max - count, "a BAR outside of any file")
        self.file = file
        self.start = start
        self.count = count
    }

    /// Reads the register at `offset`; all ones where the device is gone.
    package func read<Value: UnsignedInteger & FixedWidthInteger>(_: Value.Type, at offset: Int) -> Value {
        check(offset, size: MemoryLayout<Value>.size)
        let value = try? file.readNumber(MemoryLayout<Value>.size, at: start + offset)
        return value.map { Value(truncatingIfNeeded: $0) } ?? ~0
    }

    /// Writes the register at `offset`; without effect where the device is gone.
    package func write<Value: UnsignedInteger & FixedWidthInteger>(_ value: Value, at offset: Int) {
        check(offset, size: MemoryLayout<Value>.size)
        _ = try? file.write(number: UInt64(value), MemoryLayout<Value>.size, at: start + offset)
    }

    /// The 16-bit register at `offset` as a bell.
    package func notifier(at offset: Int, queue: UInt16) throws(HardwareError) -> Notifier {
        check(offset, size: 2)
        return Notifier(port: start + offset, of: try file.duplicate(subject: "a BAR"), queue: queue)
    }

    private func check(_ offset: Int, size: Int) {
        precondition(
            offset >= 0 && size <= count && offset <= count - size && offset % size == 0, "register outside of its BAR")
    }
}
