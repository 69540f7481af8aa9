import Glibc

/// The `ioctl` requests that are made: of <linux/vfio.h> and <linux/iommufd.h> (`_IO(';', number)`, whose macros Swift
/// cannot import), and of <linux/if_tun.h>. They are a part of the kernel's promise to programs and never change.
///
/// The list is closed: the kernel takes a word of some requests for an address in this process, and writes there.
package enum IOControl: UInt, Sendable {
    case getAPIVersion = 0x3B64
    case checkExtension = 0x3B65
    case setIOMMU = 0x3B66
    case getGroupStatus = 0x3B67
    case setContainer = 0x3B68
    case getDevice = 0x3B6A
    case getRegionInfo = 0x3B6C
    case getInterruptInfo = 0x3B6D
    case setInterrupts = 0x3B6E
    case getIOMMUInfo = 0x3B70
    case mapDMA = 0x3B71
    case unmapDMA = 0x3B72
    case bindToIOMMUFD = 0x3B76
    case attachToIOAS = 0x3B77
    case allocateIOAS = 0x3B81
    case mapIOAS = 0x3B85
    case unmapIOAS = 0x3B86
    case setTapInterface = 0x4004_54CA

    /// How long the request's structure is, and thus how much of it the kernel reads and writes.
    private enum Length {
        /// There is none: the argument is a number.
        case none
        /// Always the same.
        case fixed(Int)
        /// At least so long; its first word says how long it is.
        case inFirstWord(atLeast: Int)
        /// A string, up to the zero at its end.
        case text
    }

    private var length: Length {
        switch self {
        case .getAPIVersion, .checkExtension, .setIOMMU: .none
        case .setContainer: .fixed(4)
        case .setTapInterface: .fixed(40)
        case .getDevice: .text
        case .getGroupStatus: .inFirstWord(atLeast: 8)
        case .attachToIOAS, .allocateIOAS: .inFirstWord(atLeast: 12)
        case .getInterruptInfo, .bindToIOMMUFD: .inFirstWord(atLeast: 16)
        case .setInterrupts: .inFirstWord(atLeast: 20)
        case .getIOMMUInfo, .unmapDMA, .unmapIOAS: .inFirstWord(atLeast: 24)
        case .getRegionInfo, .mapDMA: .inFirstWord(atLeast: 32)
        case .mapIOAS: .inFirstWord(atLeast: 40)
        }
    }

    /// Where the structure names memory of this process: by its address, and behind that its length.
    private var memoryOffsets: (address: Int, count: Int)? {
        switch self {
        case .mapDMA: (8, 24)
        case .mapIOAS: (16, 24)
        default: nil
        }
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
        return try ErrorNumber.check { Int(ioctl(file, rawValue, number)) }
    }

    /// Makes the request with a structure, which the kernel reads and may change.
    ///
    /// - Parameter memory: what the structure names, if its kind names memory: address and length are filled in here, so
    ///   that a device cannot be given any other memory.
    /// - Throws: `EINVAL`, as the kernel does, for a structure that is not as long as the request's.
    package func callAsFunction(
        on file: CInt, _ structure: inout KernelStructure, memory: MappedMemory? = nil
    ) throws(ErrorNumber) -> Int {
        guard fits(structure), (memory == nil) == (memoryOffsets == nil) else { throw ErrorNumber(EINVAL) }
        if let memory, let offsets = memoryOffsets {
            structure.store(memory.number, at: offsets.address)
            structure.store(UInt64(memory.count), at: offsets.count)
        }
        // Sound: the kernel reads and writes no more than what `fits` has just checked, and of this process's other
        // memory only what is mapped; the array lives through the call.
        return try ErrorNumber.check { unsafe Int(ioctl(file, rawValue, &structure.bytes)) }
    }
}
