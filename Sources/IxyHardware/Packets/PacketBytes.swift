/// Byte and network-order access to a packet, bounds-checked in every build.
extension RawSpan {
    /// The byte at `offset`; traps outside `0 ..< byteCount`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        // Sound: `unsafeLoad` checks the bounds, and every bit pattern is a UInt8.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The integer whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
        // Sound: `unsafeLoadUnaligned` checks the bounds, and every bit pattern is a fixed-width integer.
        Value(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The integer whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
        // Sound: as in `bigEndian`.
        Value(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension MutableRawSpan {
    /// The byte at `offset`; traps outside `0 ..< byteCount`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        // Sound: `unsafeLoad` checks the bounds, and every bit pattern is a UInt8.
        get { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
        @_lifetime(self: copy self)
        set { storeBytes(of: newValue, toByteOffset: offset, as: UInt8.self) }
    }

    /// The integer whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
        // Sound: `unsafeLoadUnaligned` checks the bounds, and every bit pattern is a fixed-width integer.
        Value(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
    }

    /// Stores `value` with its least significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeLittleEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }

    /// Copies all of `source` to `offset`; traps unless it fits.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func copy(_ source: borrowing RawSpan, at offset: Int = 0) {
        precondition(offset >= 0 && offset <= byteCount && source.byteCount <= byteCount - offset, "copy beyond the end")
        guard source.byteCount > 0 else { return }
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                // Sound: the bounds were checked above; `memmove` semantics, so an overlap is harmless.
                unsafe (target.baseAddress! + offset).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            }
        }
    }
}
