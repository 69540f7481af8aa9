/// How software may use a register. (82599 §8.2.1 names the same kinds.)
package enum RegisterAccess: String, Sendable, CaseIterable {
    case readWrite = "RW"
    case readOnly = "RO"
    case writeOnly = "WO"
    /// Reading returns the value and sets it to zero.
    case clearOnRead = "RC"
    /// Writing a one clears the bit.
    case writeOneToClear = "RW1C"
}

/// One register of a device, or an array of like ones, declared once for driver, model and dump.
///
/// A register is a type, so that a field of one cannot be used on the value of another, and so that writing to a
/// read-only register does not compile: only types that conform to `WritableRegister` can be written.
package protocol Register: Sendable {
    /// The register's entry in the table: all but its fields and how it may be used. Its name is that of its type.
    static var entry: RegisterEntry { get }
    static var access: RegisterAccess { get }
    /// The value of register `index` after a reset, for arrays whose registers differ.
    static func reset(at index: Int) -> UInt32
    /// All declared fields. A bit that belongs to none is reserved.
    static var fields: [FieldDescription] { get }
}

extension Register {
    package typealias Entry = RegisterEntry
    package typealias F = Field<Self>
    package static func list(_ fields: Field<Self>...) -> [FieldDescription] { fields.map(\.description) }

    /// The datasheet's abbreviation, such as `RXDCTL`.
    package static var name: String { "\(Self.self)" }
    /// How many there are; 1 unless it is an array.
    @inlinable
    package static var count: Int { entry.places.count + entry.furtherPlaces.count }
    /// Byte offset of register `index` in the BAR, for `0 ..< count`.
    @inlinable
    package static func offset(_ index: Int) -> Int {
        let places = entry.places, others = entry.furtherPlaces
        return index < places.count
            ? places.start + places.distance * index : others.start + others.distance * (index - places.count)
    }
    /// The value after a reset, where it is fixed.
    package static var reset: UInt32 { entry.reset }
    package static func reset(at _: Int) -> UInt32 { entry.reset }
    /// As most are.
    package static var access: RegisterAccess { .readWrite }
    /// The bits that no field declares: software must not change them.
    package static var reservedBits: UInt32 { ~fields.reduce(0) { $0 | $1.mask } }
}

/// A register that can be read.
package protocol ReadableRegister: Register {}
/// A register that can be written.
package protocol WritableRegister: Register {}
/// Read and written.
package protocol ReadWriteRegister: ReadableRegister, WritableRegister {}
/// Only read.
package protocol ReadOnlyRegister: ReadableRegister {}
/// Only written.
package protocol WriteOnlyRegister: WritableRegister {}

extension ReadOnlyRegister { package static var access: RegisterAccess { .readOnly } }
extension WriteOnlyRegister { package static var access: RegisterAccess { .writeOnly } }

/// A field's description, for the dump and the model.
package struct FieldDescription: Sendable, Hashable {
    package let name: String
    /// Number of the lowest bit.
    package let lowBit: Int
    /// Width in bits, 1 to 32.
    package let width: Int
    /// The hardware clears it by itself, as it does with a reset bit.
    package let selfClearing: Bool
    /// A status in a register that can be written: what software writes there is ignored.
    package let isReadOnly: Bool

    package var mask: UInt32 { UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(width)) - 1) << UInt32(lowBit) }
}

/// A field of register `R`.
package struct Field<R: Register>: Sendable {
    package let description: FieldDescription

    /// The bits `bits` of the register.
    package init(_ name: String, _ bits: ClosedRange<Int>, selfClearing: Bool = false, isReadOnly: Bool = false) {
        precondition(bits.lowerBound >= 0 && bits.upperBound <= 31, "a field lies in bits 0 to 31")
        description = FieldDescription(
            name: name, lowBit: bits.lowerBound, width: bits.count, selfClearing: selfClearing, isReadOnly: isReadOnly)
    }

    /// The bit `bit` of the register.
    package init(_ name: String, _ bit: Int, selfClearing: Bool = false, isReadOnly: Bool = false) {
        self.init(name, bit...bit, selfClearing: selfClearing, isReadOnly: isReadOnly)
    }
}

/// A value of register `R`, changed only through `R`'s fields, so that reserved bits stay as they were.
package struct RegisterValue<R: Register>: Sendable, Equatable {
    package private(set) var raw: UInt32

    /// The value `raw`, as a device returned it.
    package init(read raw: UInt32) { self.raw = raw }

    /// All fields zero; the reserved bits as the datasheet wants them.
    package init() {
        self.init(read: R.entry.reservedOnes)
    }

    /// The field's value, shifted down to bit 0. Storing one that does not fit in the field traps.
    package subscript(field: Field<R>) -> UInt32 {
        get { (raw & field.description.mask) >> UInt32(field.description.lowBit) }
        set {
            let mask = field.description.mask
            precondition(newValue <= mask >> UInt32(field.description.lowBit), "value does not fit in the field")
            raw = raw & ~mask | newValue << UInt32(field.description.lowBit)
        }
    }

    /// Whether every bit of the field is one. (Not "any bit": waiting for any of several is a known mistake.)
    package func isSet(_ field: Field<R>) -> Bool {
        raw & field.description.mask == field.description.mask
    }

    /// Sets every bit of the field.
    package mutating func set(_ field: Field<R>) { raw |= field.description.mask }
    /// Clears every bit of the field.
    package mutating func clear(_ field: Field<R>) { raw &= ~field.description.mask }
}

extension RegisterBus where Self: ~Copyable {
    /// Reads `register`, or the one at `index` of an array.
    package func read<R: ReadableRegister>(_ register: R.Type, at index: Int = 0) -> RegisterValue<R> {
        RegisterValue(read: read32(at: checkedOffset(R.self, index)))
    }

    /// Writes `value` as a whole.
    package func write<R: WritableRegister>(_ value: RegisterValue<R>, at index: Int = 0) {
        write32(value.raw, at: checkedOffset(R.self, index))
    }

    /// Writes fields into a value that is otherwise zero, apart from what the datasheet wants in reserved bits.
    package func write<R: WritableRegister>(
        _ register: R.Type, at index: Int = 0, _ fill: (inout RegisterValue<R>) -> Void
    ) {
        var value = RegisterValue<R>()
        fill(&value)
        write(value, at: index)
    }

    /// Reads, changes fields, writes back. All other bits stay as they were read.
    package func modify<R: ReadableRegister & WritableRegister>(
        _ register: R.Type, at index: Int = 0, _ change: (inout RegisterValue<R>) -> Void
    ) {
        var value = read(R.self, at: index)
        change(&value)
        write(value, at: index)
    }

    /// The doorbell of `register`.
    package func tail<R: WritableRegister>(_ register: R.Type, at index: Int = 0) -> TailRegister {
        tail(at: checkedOffset(R.self, index))
    }

    func checkedOffset<R: Register>(_: R.Type, _ index: Int) -> Int {
        precondition(index >= 0 && index < R.count, "no such register in the array")
        return R.offset(index)
    }
}
