/// Something that a driver did and that the datasheet forbids.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// What was done.
    public let text: String
    /// The section of the datasheet that forbids it.
    public let section: String

    public var description: String { "\(text) (82599 §\(section))" }
}

extension Model82599 {
    /// Violations that are kept: a driver that breaks a rule with every packet says no more with the next thousand.
    static let violationLimit = 1000

    /// Writes down what the driver did wrong. Out of line, so that whoever checks stays small.
    @inline(never)
    mutating func violate(_ text: String, _ section: String) {
        guard violations.count < Model82599.violationLimit else { return }
        violations.append(Violation(text: text, section: section))
    }
}
