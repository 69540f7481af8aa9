/// A register that tells a device where memory is, or how much of it, which the device then reads or writes.
///
/// It is read as others are. It is no `WritableRegister`: it takes only what a ring gives, in the methods below, so that a driver that
/// writes an address or a length of its own into it does not compile.
package protocol MemoryRegister: ReadableRegister {}

extension RegisterBus where Self: ~Copyable {
    /// Tells a device where the descriptors of `ring` are, and how many bytes they take.
    package func place<Low: MemoryRegister, High: MemoryRegister, Length: MemoryRegister>(
        _ ring: RingAddress, _: Low.Type, _: High.Type, _: Length.Type, at index: Int
    ) {
        place(ring.value, Low.self, High.self, at: index)
        write32(UInt32(ring.byteCount), at: checkedOffset(Length.self, index))
    }

    /// Tells a device where words are that it writes, and turns `flag` on.
    package func place<Low: MemoryRegister, High: MemoryRegister>(
        _ words: WordAddress, _: Low.Type, _: High.Type, at index: Int, flag: Field<Low>
    ) {
        place(words.value, Low.self, High.self, at: index, flag: flag.description.mask)
    }

    /// Changes a register that tells how large the buffers of `ring` are, in units of `unit` bytes.
    package func modify<R: MemoryRegister>(
        _: R.Type, at index: Int, _ field: Field<R>, unit: Int, of ring: RingAddress, _ change: (inout RegisterValue<R>) -> Void
    ) {
        var value = read(R.self, at: index)
        change(&value)
        value[field] = UInt32(ring.bufferSize / unit)
        write32(value.raw, at: checkedOffset(R.self, index))
    }

    /// The higher half first, so that the one with the flag is last.
    private func place<Low: MemoryRegister, High: MemoryRegister>(
        _ address: UInt64, _: Low.Type, _: High.Type, at index: Int, flag: UInt32 = 0
    ) {
        let low = UInt32(truncatingIfNeeded: address)
        precondition(low & (Low.reservedBits | flag) == 0, "the address is not aligned as \(Low.name) wants it")
        write32(UInt32(truncatingIfNeeded: address >> 32), at: checkedOffset(High.self, index))
        write32(low | flag, at: checkedOffset(Low.self, index))
    }
}
