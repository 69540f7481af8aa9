package import IxyHardware

/// Registers at equal distances: one, if it is written as a number.
package struct RegisterPlaces: Sendable, ExpressibleByIntegerLiteral {
    @usableFromInline let start: Int
    @usableFromInline let count: Int
    @usableFromInline let distance: Int

    package init(integerLiteral start: Int) { self = .at(start, 1) }

    /// `count` registers, of which the first lies at `start`.
    static func at(_ start: Int, _ count: Int, every distance: Int = 4) -> RegisterPlaces {
        RegisterPlaces(start, count, distance)
    }

    private init(_ start: Int, _ count: Int, _ distance: Int) {
        self.start = start
        self.count = count
        self.distance = distance
    }
}

/// What the table says of a register, besides its fields and how it may be used.
package struct RegisterEntry: Sendable {
    let summary: String
    let section: String
    @usableFromInline let places: RegisterPlaces
    @usableFromInline let furtherPlaces: RegisterPlaces
    let aliases: RegisterPlaces
    let reset: UInt32
    let isUndefinedAfterReset: Bool
    let reservedOnes: UInt32

    /// - Parameters:
    ///   - places: where it is; `then` are the places of those that do not fit there.
    ///   - section: of the datasheet; a counter's, if it has none of its own.
    ///   - aliases: where the first ones also answer.
    ///   - reset: the value after a reset; nil where the datasheet gives none.
    ///   - ones: reserved bits that must be written as one.
    init(
        _ summary: String, at places: RegisterPlaces, then furtherPlaces: RegisterPlaces = .at(0, 0),
        _ section: String = "8.2.3.23", aliases: RegisterPlaces = .at(0, 0), reset: UInt32? = 0, ones: UInt32 = 0
    ) {
        self.summary = summary
        self.section = section
        self.places = places
        self.furtherPlaces = furtherPlaces
        self.aliases = aliases
        self.reset = reset ?? 0
        isUndefinedAfterReset = reset == nil
        reservedOnes = ones
    }
}

/// A register of the table. Its name is that of its type.
package protocol TableRegister: Register {
    static var entry: RegisterEntry { get }
}

extension TableRegister {
    package typealias Entry = RegisterEntry
    package typealias F = Field<Self>
    static func list(_ fields: Field<Self>...) -> [FieldDescription] { fields.map(\.description) }

    package static var name: String { "\(Self.self)" }
    package static var summary: String { entry.summary }
    package static var section: String { entry.section }
    @inlinable
    package static var count: Int { entry.places.count + entry.furtherPlaces.count }
    @inlinable
    package static func offset(_ index: Int) -> Int {
        let places = entry.places, others = entry.furtherPlaces
        return index < places.count
            ? places.start + places.distance * index : others.start + others.distance * (index - places.count)
    }
    package static func aliases(_ index: Int) -> [Int] {
        let aliases = entry.aliases
        return index < aliases.count ? [aliases.start + aliases.distance * index] : []
    }
    package static var reset: UInt32 { entry.reset }
    package static func reset(at _: Int) -> UInt32 { entry.reset }
    package static var isUndefinedAfterReset: Bool { entry.isUndefinedAfterReset }
    package static var reservedOnes: UInt32 { entry.reservedOnes }
}

/// Read and written.
package protocol ReadWriteRegister: TableRegister, ReadableRegister, WritableRegister {}
/// Read, and written only with what a ring gives.
package protocol MemoryTableRegister: TableRegister, MemoryRegister {}
/// Only read.
package protocol ReadOnlyRegister: TableRegister, ReadableRegister {}
/// Only written.
package protocol WriteOnlyRegister: TableRegister, WritableRegister {}
/// Read, and written to clear the bits that are ones.
package protocol WriteOneToClearRegister: TableRegister, ReadableRegister, WritableRegister {}

extension ReadWriteRegister { package static var access: RegisterAccess { .readWrite } }
extension MemoryTableRegister { package static var access: RegisterAccess { .readWrite } }
extension ReadOnlyRegister { package static var access: RegisterAccess { .readOnly } }
extension WriteOnlyRegister { package static var access: RegisterAccess { .writeOnly } }
extension WriteOneToClearRegister { package static var access: RegisterAccess { .writeOneToClear } }

/// A counter that reading sets to zero. (82599 §8.2.3.23)
package protocol StatisticsRegister: TableRegister, ReadableRegister {
    /// The counter's bits, from bit 0 on.
    static var width: Int { get }
}

extension StatisticsRegister {
    package static var access: RegisterAccess { .clearOnRead }
    package static var width: Int { 32 }
    package static var value: Field<Self> { Field("Count", 0...width - 1) }
    package static var fields: [FieldDescription] { [value.description] }
}

/// A register that our driver leaves alone. Others' do not: for them the model keeps what is written.
package protocol KeptRegister: TableRegister, ReadableRegister {}

extension KeptRegister {
    package static var access: RegisterAccess { .readWrite }
    package static var value: Field<Self> { Field("Value", 0...31) }
    package static var fields: [FieldDescription] { [value.description] }
}
