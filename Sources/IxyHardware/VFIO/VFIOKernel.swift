import Glibc
package import IxySystem

/// Who answers the calls: the kernel, or a test.
package protocol VFIOKernel: Sendable {
    /// Where the device files are: `/dev`.
    var root: String { get }
    /// The place through which files are opened.
    var files: DeviceFiles { get }
    /// A call with a number or nothing as its argument. Returns what the kernel does.
    func call(_ call: IOControl, on file: CInt, number: CInt) throws(ErrorNumber) -> Int
    /// A call with a structure that the kernel reads and may change, and the memory that it names, if it is such a call.
    func call(
        _ call: IOControl, on file: CInt, _ argument: inout KernelStructure, memory: MappedMemory?
    ) throws(ErrorNumber) -> Int
}

/// The kernel of this machine.
package struct LinuxVFIO: VFIOKernel {
    package let files: DeviceFiles
    package init(files: DeviceFiles) { self.files = files }
    package var root: String { "/dev" }

    package func call(_ call: IOControl, on file: CInt, number: CInt) throws(ErrorNumber) -> Int {
        try call(on: file, number: number)
    }

    package func call(
        _ call: IOControl, on file: CInt, _ argument: inout KernelStructure, memory: MappedMemory?
    ) throws(ErrorNumber) -> Int {
        try call(on: file, &argument, memory: memory)
    }
}

extension VFIOKernel {
    /// A call with a structure that names no memory.
    @discardableResult
    func call(_ call: IOControl, on file: CInt, _ argument: inout KernelStructure) throws(ErrorNumber) -> Int {
        try self.call(call, on: file, &argument, memory: nil)
    }

    /// Asks for a structure of `count` bytes, and once more if the kernel raises its first word to what its capabilities need.
    func ask(
        _ call: IOControl, on file: CInt, _ count: Int, _ prepare: (inout KernelStructure) -> Void = { _ in }
    ) throws(ErrorNumber) -> KernelStructure {
        var count = count
        while true {
            var info = KernelStructure(sized: count)
            prepare(&info)
            try self.call(call, on: file, &info)
            let needed = Int(info.load(UInt32.self, at: 0))
            guard (count + 1...65536).contains(needed) else { return info }
            count = needed
        }
    }

    /// Opens a device file for reading and writing; nil where there is none.
    func open(_ path: String) throws(HardwareError) -> FileDescriptor? {
        do {
            return try files.open(path, O_RDWR)
        } catch {
            switch error.code {
            case ENOENT, ENODEV, ENOTDIR, ENXIO: return nil
            case EBUSY:
                throw .device(
                    address: path, problem: "is in use by another process",
                    remedy: "stop that one first; this shows which it is: sudo fuser \(path)")
            case EACCES, EPERM:
                throw .privilege(
                    action: "open \(path)", remedy: "run as root, or let your user have it: sudo chown $USER \(path)")
            default: throw HardwareError("open", on: path, error)
            }
        }
    }
}
