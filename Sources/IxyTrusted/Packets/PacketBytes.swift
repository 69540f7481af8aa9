// Access to bytes and to numbers in them, bounds-checked in every build. For numbers of the four usual sizes only: any other
// type could have bits that must not be read, or that mean nothing.

extension Packet {
    /// The place of the `size` bytes at `offset`. Traps unless they lie inside of the packet.
    @unsafe @inlinable @inline(__always)
    func place(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && offset <= Int(length) &- size, "beyond the packet's end")
        // Sound: inside of the packet's own bytes.
        return unsafe address + offset
    }

    /// The byte at `offset`; traps outside `0 ..< count`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        @inline(__always)
        get { unsafe place(offset, 1).load(as: UInt8.self) }
        @inline(__always)
        set { unsafe place(offset, 1).storeBytes(of: newValue, as: UInt8.self) }
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    public mutating func storeBigEndian(_ value: UInt16, at offset: Int) {
        unsafe place(offset, 2).storeBytes(of: value.bigEndian, as: UInt16.self)
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    public mutating func storeBigEndian(_ value: UInt32, at offset: Int) {
        unsafe place(offset, 4).storeBytes(of: value.bigEndian, as: UInt32.self)
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    public mutating func storeBigEndian(_ value: UInt64, at offset: Int) {
        unsafe place(offset, 8).storeBytes(of: value.bigEndian, as: UInt64.self)
    }


    /// Copies all of `source` to `offset`; traps unless it fits.
    @inlinable
    public mutating func copy(_ source: RawSpan, at offset: Int = 0) {
        let target = unsafe place(offset, source.byteCount)
        unsafe source.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            // Sound: the target has as many bytes; an overlap is harmless.
            unsafe target.copyMemory(from: start, byteCount: bytes.count)
        }
    }

    /// Sets all bytes to `value`.
    public mutating func fill(with value: UInt8) {
        // Sound: the packet's own bytes.
        unsafe address.initializeMemory(as: UInt8.self, repeating: value, count: count)
    }
}

extension PacketView {
    /// The place of the `size` bytes at `offset`. Traps unless they lie inside of the packet.
    @unsafe @inlinable @inline(__always)
    func place(_ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && offset <= Int(length) &- size, "beyond the packet's end")
        // Sound: inside of the packet's own bytes.
        return unsafe address + offset
    }

    /// The byte at `offset`; traps outside `0 ..< count`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        @inline(__always)
        get { unsafe place(offset, 1).load(as: UInt8.self) }
        @inline(__always)
        @_lifetime(self: copy self)
        set { unsafe place(offset, 1).storeBytes(of: newValue, as: UInt8.self) }
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian(_ value: UInt16, at offset: Int) {
        unsafe place(offset, 2).storeBytes(of: value.bigEndian, as: UInt16.self)
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian(_ value: UInt32, at offset: Int) {
        unsafe place(offset, 4).storeBytes(of: value.bigEndian, as: UInt32.self)
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func storeBigEndian(_ value: UInt64, at offset: Int) {
        unsafe place(offset, 8).storeBytes(of: value.bigEndian, as: UInt64.self)
    }


    /// Copies all of `source` to `offset`; traps unless it fits.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func copy(_ source: RawSpan, at offset: Int = 0) {
        let target = unsafe place(offset, source.byteCount)
        unsafe source.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            // Sound: the target has as many bytes; an overlap is harmless.
            unsafe target.copyMemory(from: start, byteCount: bytes.count)
        }
    }

    /// Sets all bytes to `value`.
    @_lifetime(self: copy self)
    public mutating func fill(with value: UInt8) {
        // Sound: the packet's own bytes.
        unsafe address.initializeMemory(as: UInt8.self, repeating: value, count: count)
    }
}

extension RawSpan {
    /// The byte at `offset`; traps outside `0 ..< byteCount`.
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        // Sound: `unsafeLoad` checks the bounds, and every bit pattern is a UInt8. Likewise below.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt16.Type, at offset: Int) -> UInt16 {
        UInt16(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt32.Type, at offset: Int) -> UInt32 {
        UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt64.Type, at offset: Int) -> UInt64 {
        UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The number whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian(_: UInt16.Type, at offset: Int) -> UInt16 {
        UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The number whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian(_: UInt32.Type, at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The number whose least significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func littleEndian(_: UInt64.Type, at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

extension MutableRawSpan {
    /// The byte at `offset`; traps outside `0 ..< byteCount`.
    @inlinable
    package subscript(offset: Int) -> UInt8 {
        get { bytes[offset] }
        @_lifetime(self: copy self)
        set { storeBytes(of: newValue, toByteOffset: offset, as: UInt8.self) }
    }

    /// Copies all of `source` to `offset`; traps unless it fits.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func copy(_ source: borrowing RawSpan, at offset: Int = 0) {
        precondition(offset >= 0 && offset <= byteCount && source.byteCount <= byteCount - offset, "copy beyond the end")
        guard source.byteCount > 0 else { return }
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                // Sound: the bounds were checked above; an overlap is harmless.
                unsafe (target.baseAddress! + offset).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            }
        }
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func storeBigEndian(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func storeBigEndian(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func storeBigEndian(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Stores `value` with its least significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func storeLittleEndian(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Stores `value` with its least significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func storeLittleEndian(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Stores `value` with its least significant byte at `offset`; traps unless it lies inside.
    @inlinable
    @_lifetime(self: copy self)
    package mutating func storeLittleEndian(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
}
