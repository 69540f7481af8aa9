import _Volatile
import Synchronization

// Registers of fewer than 32 bits, which a VirtIO device has.
extension MappedRegisters {
    /// Reads 8 bits. Loads of memory after this call see at least what the device wrote before it answered.
    package func read8(at offset: Int) -> UInt8 {
        // Sound: `address` checks bounds and alignment, and `bar` keeps the range mapped.
        let value = unsafe VolatileMappedRegister<UInt8>(unsafeBitPattern: address(UInt8.self, at: offset)).load()
        atomicMemoryFence(ordering: .acquiring)
        return value
    }

    /// Writes 8 bits, after all stores to memory before this call.
    package func write8(_ value: UInt8, at offset: Int) {
        atomicMemoryFence(ordering: .releasing)
        // Sound: as in `read8`.
        unsafe VolatileMappedRegister<UInt8>(unsafeBitPattern: address(UInt8.self, at: offset)).store(value)
    }

    /// Reads 16 bits. Loads of memory after this call see at least what the device wrote before it answered.
    package func read16(at offset: Int) -> UInt16 {
        // Sound: `address` checks bounds and alignment, and `bar` keeps the range mapped.
        let value = unsafe VolatileMappedRegister<UInt16>(unsafeBitPattern: address(UInt16.self, at: offset)).load()
        atomicMemoryFence(ordering: .acquiring)
        return value
    }

    /// Writes 16 bits, after all stores to memory before this call.
    package func write16(_ value: UInt16, at offset: Int) {
        atomicMemoryFence(ordering: .releasing)
        // Sound: as in `read16`.
        unsafe VolatileMappedRegister<UInt16>(unsafeBitPattern: address(UInt16.self, at: offset)).store(value)
    }
}
