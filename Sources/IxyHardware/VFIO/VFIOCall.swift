import Glibc

/// The calls that VFIO and iommufd are made of: `_IO(';', number)` of <linux/vfio.h> and <linux/iommufd.h>, whose
/// macros Swift cannot import. They are a part of the kernel's promise to programs and never change.
package enum VFIOCall: UInt, Sendable {
    case getAPIVersion = 0x3B64
    case checkExtension = 0x3B65
    case setIOMMU = 0x3B66
    case getGroupStatus = 0x3B67
    case setContainer = 0x3B68
    case getDevice = 0x3B6A
    case getDeviceInfo = 0x3B6B
    case getRegionInfo = 0x3B6C
    case getInterruptInfo = 0x3B6D
    case setInterrupts = 0x3B6E
    case resetDevice = 0x3B6F
    case getIOMMUInfo = 0x3B70
    case mapDMA = 0x3B71
    case unmapDMA = 0x3B72
    case bindToIOMMUFD = 0x3B76
    case attachToIOAS = 0x3B77
    case allocateIOAS = 0x3B81
    case mapIOAS = 0x3B85
    case unmapIOAS = 0x3B86
}

/// The argument of a call: a structure of the kernel, laid out by hand, in native byte order.
package struct VFIOArgument: Sendable {
    package var bytes: [UInt8]

    /// `count` zero bytes.
    package init(count: Int) {
        bytes = [UInt8](repeating: 0, count: count)
    }

    /// A structure whose first word is its own length, as nearly all of them are.
    package init(sized count: Int) {
        self.init(count: count)
        store(UInt32(count), at: 0)
    }

    /// A string with the zero at its end.
    package init(text: String) {
        bytes = [UInt8](text.utf8) + [0]
    }

    package mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        for index in 0..<Value.bitWidth / 8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    package func load<Value: FixedWidthInteger>(_: Value.Type = Value.self, at offset: Int) -> Value {
        (0..<Value.bitWidth / 8).reduce(0) { $0 | Value(truncatingIfNeeded: bytes[offset + $1]) << (8 * $1) }
    }
}

/// Who answers the calls: the kernel, or a test.
package protocol VFIOKernel: Sendable {
    /// Where the device files are: `/dev`.
    var root: String { get }
    /// A call with a number or nothing as its argument. Returns what the kernel does, or the negated `errno`.
    func call(_ call: VFIOCall, on file: CInt, number: Int) -> Int
    /// A call with a structure that the kernel reads and may change.
    func call(_ call: VFIOCall, on file: CInt, _ argument: inout VFIOArgument) -> Int
}

/// The kernel of this machine.
package struct LinuxVFIO: VFIOKernel {
    package init() {}
    package var root: String { "/dev" }

    package func call(_ call: VFIOCall, on file: CInt, number: Int) -> Int {
        let result = ioctl(file, call.rawValue, CInt(number))
        return result < 0 ? -Int(errno) : Int(result)
    }

    package func call(_ call: VFIOCall, on file: CInt, _ argument: inout VFIOArgument) -> Int {
        // Sound: the kernel reads and writes as many bytes as the structure says that it has, or, where it says
        // nothing, as its type has; each caller makes the argument that long, and the array lives through the call.
        let result = unsafe argument.bytes.withUnsafeMutableBytes { bytes in
            unsafe ioctl(file, call.rawValue, bytes.baseAddress!)
        }
        return result < 0 ? -Int(errno) : Int(result)
    }
}

extension VFIOKernel {
    /// Opens a device file for reading and writing; nil where there is none.
    func open(_ path: String) throws(HardwareError) -> FileDescriptor? {
        // Sound: the string is NUL-terminated and lives through the call.
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
        if descriptor >= 0 { return FileDescriptor(adopting: descriptor) }
        switch errno {
        case ENOENT, ENODEV, ENOTDIR, ENXIO: return nil
        case EBUSY:
            throw .device(
                address: path, problem: "is in use by another process",
                remedy: "stop that one first; this shows which it is: sudo fuser \(path)")
        case EACCES, EPERM:
            throw .privilege(
                action: "open \(path)", remedy: "run as root, or let your user have it: sudo chown $USER \(path)")
        default: throw .lastSystemError("open", on: path)
        }
    }

    /// Throws for the negated `errno` in `result`.
    @discardableResult
    func check(_ result: Int, _ what: String, _ subject: String) throws(HardwareError) -> Int {
        guard result < 0 else { return result }
        throw .system(call: what, subject: subject, reason: systemReason(CInt(clamping: -result)))
    }
}
