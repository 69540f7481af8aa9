/// Registers of 8, 16 and 32 bits: a structure in a BAR, however it is reached.
///
/// For structures whose fields have several widths, as VirtIO's have; a device whose registers are all of 32 bits has a
/// `RegisterBus`. Not for the hot path, which rings a `Notifier`.
///
/// Offsets are bytes from the start of the structure, and numbers are native here and little-endian there. An offset
/// outside of the structure or not aligned is a programming error and traps: what a device says of its own layout is
/// checked before a window is made. A device that is gone reads as all ones.
package protocol RegisterWindow: ~Copyable, Sendable {
    /// Length in bytes.
    var count: Int { get }
    func read8(at offset: Int) -> UInt8
    func read16(at offset: Int) -> UInt16
    func read32(at offset: Int) -> UInt32
    func write8(_ value: UInt8, at offset: Int)
    func write16(_ value: UInt16, at offset: Int)
    func write32(_ value: UInt32, at offset: Int)
    /// The 16-bit register at `offset` as the bell of queue `queue`, to which the queue's number is written.
    func notifier(at offset: Int, queue: UInt16) throws(HardwareError) -> Notifier
}

/// A field that can only be read.
package enum ReadOnly: Sendable {}
/// A field that can be read and written.
package enum ReadWrite: Sendable {}
/// A field that can be read, and written only with where a ring is.
package enum NamesRing: Sendable {}
/// A field that can be read, and written only with where words are that a ring gives.
package enum NamesWords: Sendable {}

/// A field of a structure of type `Structure`, declared once for driver, model and dump.
///
/// Structure and access are part of the type, so that a field of one structure cannot be used on another, and writing
/// a read-only one does not compile.
package struct LayoutField<Structure, Value: FixedWidthInteger & UnsignedInteger & Sendable, Access>: Sendable {
    /// As the specification calls it.
    package let name: String
    /// In bytes from the start of the structure.
    package let offset: Int

    package init(_ name: String, at offset: Int) {
        self.name = name
        self.offset = offset
    }
}

/// A window on a structure whose fields are declared.
package struct LayoutWindow<Structure, Window: RegisterWindow & ~Copyable>: ~Copyable, Sendable {
    /// The window that the fields are read from.
    package let window: Window

    package init(_ window: consuming Window) {
        self.window = window
    }

    /// Reads a field. One of 64 bits is read in two halves, as VirtIO wants it. (VirtIO 1.2 §4.1.3.1)
    package func read<Value, Access>(_ field: LayoutField<Structure, Value, Access>) -> Value {
        switch Value.bitWidth {
        case 8: Value(truncatingIfNeeded: window.read8(at: field.offset))
        case 16: Value(truncatingIfNeeded: window.read16(at: field.offset))
        case 32: Value(truncatingIfNeeded: window.read32(at: field.offset))
        default:
            Value(truncatingIfNeeded: window.read32(at: field.offset))
                | Value(truncatingIfNeeded: window.read32(at: field.offset + 4)) << 32
        }
    }

    /// Writes a field.
    package func write<Value>(_ value: Value, to field: LayoutField<Structure, Value, ReadWrite>) { store(value, to: field) }

    /// Tells the device where `ring` is.
    package func write(_ ring: RingAddress, to field: LayoutField<Structure, UInt64, NamesRing>) { store(ring.value, to: field) }

    /// Tells the device where `words` are.
    package func write(_ words: WordAddress, to field: LayoutField<Structure, UInt64, NamesWords>) { store(words.value, to: field) }

    /// Tells the device on which page `ring` begins. Traps unless it begins with a page whose number has 32 bits.
    package func write(pageOf ring: RingAddress, of size: UInt64, to field: LayoutField<Structure, UInt32, NamesRing>) {
        precondition(ring.value % size == 0, "the ring does not begin with a page")
        store(UInt32(ring.value / size), to: field)
    }

    /// One of 64 bits is written in two halves, the lower one first.
    private func store<Value, Access>(_ value: Value, to field: LayoutField<Structure, Value, Access>) {
        switch Value.bitWidth {
        case 8: window.write8(UInt8(truncatingIfNeeded: value), at: field.offset)
        case 16: window.write16(UInt16(truncatingIfNeeded: value), at: field.offset)
        case 32: window.write32(UInt32(truncatingIfNeeded: value), at: field.offset)
        default:
            window.write32(UInt32(truncatingIfNeeded: value), at: field.offset)
            window.write32(UInt32(truncatingIfNeeded: value >> 32), at: field.offset + 4)
        }
    }
}
