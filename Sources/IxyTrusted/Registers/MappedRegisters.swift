package import IxySystem
import _Volatile
import Synchronization

/// The registers of a BAR that is mapped into this process.
package struct MappedRegisters: RegisterBus, ~Copyable {
    private let bar: MappedMemory

    /// The registers in `bar`.
    package init(_ bar: MappedMemory) {
        self.bar = bar
    }

    /// The size of the BAR in bytes.
    package var count: Int { bar.count }

    /// Reads 32 bits. Loads of memory after this call see at least what the device wrote before it answered.
    package func read32(at offset: Int) -> UInt32 {
        // Sound: `address` checks bounds and alignment, and `bar` keeps the range mapped.
        let value = unsafe VolatileMappedRegister<UInt32>(unsafeBitPattern: address(UInt32.self, at: offset)).load()
        atomicMemoryFence(ordering: .acquiring)
        return value
    }

    /// Writes 32 bits, after all stores to memory before this call.
    package func write32(_ value: UInt32, at offset: Int) {
        atomicMemoryFence(ordering: .releasing)
        // Sound: as in `read32`.
        unsafe VolatileMappedRegister<UInt32>(unsafeBitPattern: address(UInt32.self, at: offset)).store(value)
    }

    package func tail(at offset: Int) -> TailRegister {
        TailRegister(in: bar, at: offset)
    }

    /// The address of a register that lies inside of the BAR and is aligned; everything else traps.
    func address<Value: FixedWidthInteger>(_: Value.Type, at offset: Int) -> UInt {
        let size = Value.bitWidth / 8
        precondition(bar.contains(offset: offset, size: size) && offset % size == 0, "register outside of its BAR")
        // Sound: inside, as just checked.
        return unsafe UInt(bitPattern: bar.base + offset)
    }
}
