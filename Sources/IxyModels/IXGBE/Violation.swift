/// Something that a driver did and that the device's specification forbids.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// A description of the violation.
    public let text: String
    /// The section of the specification that forbids it.
    public let section: String
    /// The specification.
    public let document: String

    init(text: String, section: String, document: String = "82599") {
        self.text = text
        self.section = section
        self.document = document
    }

    public var description: String { "\(text) (\(document) §\(section))" }
}

/// Reports are out of line, and put their words together themselves, so that a driver that does all right pays for
/// comparisons only.
extension Model82599 {
    /// Violations that are kept: a driver that breaks a rule with every packet says no more with the next thousand.
    static let violationLimit = 1000

    /// Writes down what the driver did wrong.
    @inline(never)
    mutating func violate(_ text: String, _ section: String) {
        guard violations.count < Model82599.violationLimit else { return }
        let violation = Violation(text: text, section: section)
        if isServed, violations.contains(violation) { return }
        violations.append(violation)
    }

    /// Reports a violation at a register, against `section`, or against the register's own.
    @inline(never)
    mutating func report(_ word: RegisterFile.Word, _ what: StaticString, _ section: StaticString? = nil) {
        violate("\(word.label) \(what)", section.map { "\($0)" } ?? word.register.section)
    }

    /// The same of some of its bits.
    @inline(never)
    mutating func report(
        _ word: RegisterFile.Word, _ bits: UInt32, _ what: StaticString, _ section: StaticString? = nil
    ) {
        violate("\(word.label(of: bits)) \(what)", section.map { "\($0)" } ?? word.register.section)
    }
}
