import Glibc
import IxySystem

/// How the terminal at standard input was set, to be put back after a program that changes it.
package struct TerminalState: Sendable {
    private let settings: termios?

    /// Takes note of it. Without a terminal there is nothing to put back.
    package init() {
        settings = try? Terminal.settings(of: STDIN_FILENO)
    }

    package func restore() {
        if let settings { try? Terminal.set(settings, of: STDIN_FILENO) }
    }
}
