// Access to numbers in bytes, and to many bytes, bounds-checked in every build. For numbers of the four usual sizes only: any other
// type could have bits that must not be read, or that mean nothing.

extension PacketContents where Self: ~Copyable & ~Escapable {
    /// The packet's bytes, to read. The span cannot outlive the packet, nor be kept while it is changed or sent.
    @inlinable
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        @inline(__always)
        get {
            // Sound: the packet has `count` bytes to itself, to which the lifetime is bound.
            let span = unsafe RawSpan(_unsafeStart: address, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian(_ value: UInt16, at offset: Int) { store(value.bigEndian, offset) }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian(_ value: UInt32, at offset: Int) { store(value.bigEndian, offset) }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian(_ value: UInt64, at offset: Int) { store(value.bigEndian, offset) }

    /// Stores the bytes of a number of one of the sizes above.
    @inlinable @inline(__always)
    @_lifetime(self: copy self)
    mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, _ offset: Int) {
        // Sound: `place` has checked the bounds.
        unsafe place(offset, MemoryLayout<Number>.size).storeBytes(of: number, as: Number.self)
    }

    /// Copies all of `source` to `offset`; traps unless it fits.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func copy(_ source: RawSpan, at offset: Int = 0) {
        // Sound: the target has as many bytes; an overlap is harmless.
        let target = unsafe UnsafeMutableRawBufferPointer(start: place(offset, source.byteCount), count: source.byteCount)
        unsafe source.withUnsafeBytes { bytes in unsafe target.copyMemory(from: bytes) }
    }

    /// Sets all bytes to `value`.
    @_lifetime(self: copy self)
    public mutating func fill(with value: UInt8) {
        // Sound: the packet's own bytes.
        unsafe address.initializeMemory(as: UInt8.self, repeating: value, count: count)
    }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt16.Type, at offset: Int) -> UInt16 { bytes.bigEndian(UInt16.self, at: offset) }
    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt32.Type, at offset: Int) -> UInt32 { bytes.bigEndian(UInt32.self, at: offset) }
    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt64.Type, at offset: Int) -> UInt64 { bytes.bigEndian(UInt64.self, at: offset) }
}

extension RawSpan {
    /// The number at `offset`, in the machine's order.
    @inlinable @inline(__always)
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Number {
        // Sound: the call checks the bounds, and every bit pattern is a number of one of the four usual kinds, which the callers have.
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self)
    }

    /// The byte at `offset`; traps outside `0 ..< byteCount`.
    @inlinable
    public subscript(offset: Int) -> UInt8 { load(offset) }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt16.Type, at offset: Int) -> UInt16 { UInt16(bigEndian: load(offset)) }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt32.Type, at offset: Int) -> UInt32 { UInt32(bigEndian: load(offset)) }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt64.Type, at offset: Int) -> UInt64 { UInt64(bigEndian: load(offset)) }

    /// The number whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian(_: UInt16.Type, at offset: Int) -> UInt16 { UInt16(littleEndian: load(offset)) }

    /// The number whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian(_: UInt32.Type, at offset: Int) -> UInt32 { UInt32(littleEndian: load(offset)) }

    /// The number whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian(_: UInt64.Type, at offset: Int) -> UInt64 { UInt64(littleEndian: load(offset)) }
}

extension MutableRawSpan {
    /// Copies all of `source` to `offset`; traps unless it fits.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func copy(_ source: borrowing RawSpan, at offset: Int = 0) {
        precondition(offset >= 0 && offset <= byteCount && source.byteCount <= byteCount - offset, "copy beyond the end")
        let range = offset..<offset + source.byteCount
        // Sound: both have as many bytes; an overlap is harmless.
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: target[range]).copyMemory(from: $0) }
        }
    }
}
