import Glibc
import IxySystem

extension PacketPool {
    /// A pool for tests, of buffers with a page of 4 KiB each, which cannot be accessed while they are free: a use after return ends
    /// the program, also where the address sanitizer does not see it.
    package init(guarded capacity: Int, mapper: any DMAMapper) throws(HardwareError) {
        try self.init(capacity: capacity, pages: .small, mapper: mapper, distance: 4096, companion: BufferGuard.self)
    }
}

/// Free buffers cannot be touched, and what was written into one by somebody who no longer owns it is seen.
private final class BufferGuard: BufferCompanion {
    private let memory: MappedMemory
    private static var pattern: UInt8 { 0xA5 }
    var carriesOffloads: Bool { false }

    init(_ memory: MappedMemory, stride: Int, offsets: [UInt32]) {
        precondition(stride == 4096)
        self.memory = memory
        offsets.forEach(close)
    }

    private func page(_ offset: UInt32) -> UnsafeMutableRawBufferPointer {
        precondition(memory.contains(offset: Int(offset), size: 4096) && offset % 4096 == 0)
        // Sound: inside of the mapping, whose bytes are all initialized.
        return unsafe UnsafeMutableRawBufferPointer(start: memory.base + Int(offset), count: 4096)
    }

    /// Fills a buffer that is free from now on with a pattern, and takes its page away.
    func close(_ offset: UInt32) {
        // Sound: the buffer is nobody's.
        unsafe page(offset).initializeMemory(as: UInt8.self, repeating: BufferGuard.pattern)
        protect(offset, PROT_NONE)
    }

    /// Gives a buffer its page back. Traps if somebody, such as a device, has written into it while it was free.
    func open(_ offset: UInt32) {
        protect(offset, PROT_READ | PROT_WRITE)
        // Sound: the buffer is the caller's.
        precondition(unsafe page(offset).allSatisfy { $0 == BufferGuard.pattern }, "a free buffer was written to")
    }

    private func protect(_ offset: UInt32, _ access: CInt) {
        // Sound: a page of this mapping, which nobody but the caller uses. An access to it ends the program meanwhile.
        let result = unsafe mprotect(page(offset).baseAddress!, 4096, access)
        precondition(result == 0, "mprotect failed")
    }
}
