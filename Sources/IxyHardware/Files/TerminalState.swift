import Glibc

/// How the terminal at standard input was set, to be put back after a program that changes it.
public struct TerminalState: Sendable {
    private let settings: termios?

    /// Takes note of it. Without a terminal there is nothing to put back.
    public init() {
        var found = termios()
        // Sound: the call fills in the structure that it is given.
        settings = unsafe tcgetattr(STDIN_FILENO, &found) == 0 ? found : nil
    }

    public func restore() {
        guard var settings else { return }
        // Sound: as above; the call only reads.
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
}
