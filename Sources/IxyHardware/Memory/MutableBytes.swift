// Bytes and numbers in bytes that can be changed. A number of any of these sizes can be stored from any bits.

extension MutableRawSpan {
    /// The byte at `offset`; traps outside `0 ..< byteCount`.
    @inlinable
    package subscript(offset: Int) -> UInt8 {
        get { bytes[offset] }
        @_lifetime(self: copy self)
        set { storeBytes(of: newValue, toByteOffset: offset, as: UInt8.self) }
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
