/// Registers at equal distances: one, if it is written as a number.
package struct RegisterPlaces: Sendable {
    @usableFromInline let start: Int
    @usableFromInline let count: Int
    @usableFromInline let distance: Int

    /// `count` registers, of which the first lies at `start`.
    package static func at(_ start: Int, _ count: Int, every distance: Int = 4) -> RegisterPlaces {
        RegisterPlaces(start: start, count: count, distance: distance)
    }
}

extension RegisterPlaces: ExpressibleByIntegerLiteral {
    package init(integerLiteral start: Int) { self = .at(start, 1) }
}

/// A register's entry in the table: all but its fields and how it may be used.
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
    package init(
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
