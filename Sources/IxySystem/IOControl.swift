import Glibc

/// An `ioctl` request: one of <linux/vfio.h>, <linux/iommufd.h> (`_IO(';', number)`, whose macros Swift cannot import) or
/// <linux/if_tun.h>. They are a part of the kernel's promise to programs and never change.
///
/// The list is closed, as only this module makes them: the kernel takes a word of some requests for an address in this process,
/// and writes there.
package struct IOControl: Hashable, Sendable, CustomStringConvertible {
    /// How long the request's structure is, and thus how much of it the kernel reads and writes.
    enum Length: Hashable {
        /// There is none: the argument is a number.
        case none
        /// Always the same.
        case fixed(Int)
        /// At least so long; its first word says how long it is.
        case inFirstWord(atLeast: Int)
        /// A string, up to the zero at its end.
        case text
    }

    /// Its name, for tests.
    package let description: String
    private let number: UInt
    private let length: Length
    /// Where the structure names memory of this process, by its address; the length is at 24.
    private let memoryOffset: Int?

    init(_ name: String, _ number: UInt, _ length: Length, memoryAt offset: Int? = nil) {
        description = name
        self.number = number
        self.length = length
        memoryOffset = offset
    }

    /// Whether the kernel keeps within `structure`.
    private func fits(_ structure: KernelStructure) -> Bool {
        switch length {
        case .none: false
        case .fixed(let count): structure.bytes.count == count
        case .inFirstWord(let least):
            structure.bytes.count >= least && structure.load(UInt32.self, at: 0) == structure.bytes.count
        case .text: structure.bytes.last == 0
        }
    }

    /// Makes the request with a number, or nothing, as its argument.
    package func callAsFunction(on file: CInt, number: CInt = 0) throws(ErrorNumber) -> Int {
        guard case .none = length else { throw ErrorNumber(EINVAL) }
        return try ErrorNumber.check { Int(ioctl(file, self.number, number)) }
    }

    /// Makes the request with a structure, which the kernel reads and may change.
    ///
    /// - Parameter memory: what the structure names, if its kind names memory: address and length are filled in here, so
    ///   that a device cannot be given any other memory.
    /// - Throws: `EINVAL`, as the kernel does, for a structure that is not as long as the request's.
    package func callAsFunction(
        on file: CInt, _ structure: inout KernelStructure, memory: MappedMemory? = nil
    ) throws(ErrorNumber) -> Int {
        guard fits(structure), (memory == nil) == (memoryOffset == nil) else { throw ErrorNumber(EINVAL) }
        if let memory, let memoryOffset {
            structure.store(memory.number, at: memoryOffset)
            structure.store(UInt64(memory.count), at: 24)
        }
        // Sound: the kernel reads and writes no more than what `fits` has just checked, and of this process's other
        // memory only what is mapped; the array lives through the call.
        return try ErrorNumber.check { unsafe Int(ioctl(file, number, &structure.bytes)) }
    }
}

// Groups of devices in a container.
extension IOControl {
    package static let getAPIVersion = IOControl("getAPIVersion", 0x3B64, .none)
    package static let checkExtension = IOControl("checkExtension", 0x3B65, .none)
    package static let setIOMMU = IOControl("setIOMMU", 0x3B66, .none)
    package static let getGroupStatus = IOControl("getGroupStatus", 0x3B67, .inFirstWord(atLeast: 8))
    package static let setContainer = IOControl("setContainer", 0x3B68, .fixed(4))
    package static let getDevice = IOControl("getDevice", 0x3B6A, .text)
    package static let getRegionInfo = IOControl("getRegionInfo", 0x3B6C, .inFirstWord(atLeast: 32))
    package static let getIOMMUInfo = IOControl("getIOMMUInfo", 0x3B70, .inFirstWord(atLeast: 24))
    package static let mapDMA = IOControl("mapDMA", 0x3B71, .inFirstWord(atLeast: 32), memoryAt: 8)
    package static let unmapDMA = IOControl("unmapDMA", 0x3B72, .inFirstWord(atLeast: 24))
}
