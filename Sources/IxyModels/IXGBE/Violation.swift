/// Something that a driver did and that the datasheet forbids.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// What was done.
    public let text: String
    /// The section of the datasheet that forbids it.
    public let section: String

    public var description: String { "\(text) (82599 §\(section))" }
}
