import Glibc
import IxySystem

/// How the terminal at standard input was set, to be put back after a program that changes it.
public struct TerminalState: Sendable {
    private let settings: termios?

    /// Takes note of it. Without a terminal there is nothing to put back.
    public init() {
        settings = try? Terminal.settings(of: STDIN_FILENO)
    }

    public func restore() {
        if let settings { try? Terminal.set(settings, of: STDIN_FILENO) }
    }
}
