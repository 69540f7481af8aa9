import ArgumentParser
import Glibc
import Synchronization

/// Ctrl-C and SIGTERM: the first one asks for a clean stop, the second one ends the program at once.
enum StopSignal {
    /// The signal that came, or 0.
    private static let number = Atomic<Int32>(0)

    /// Listens for both, and makes writing into a closed pipe an error instead of a sudden end.
    static func listen() {
        // Touched here, so that the handler never is the first to initialise it.
        number.store(0, ordering: .relaxed)
        signal(SIGINT) { StopSignal.receive($0) }
        signal(SIGTERM) { StopSignal.receive($0) }
        signal(SIGPIPE) { _ in }
    }

    /// Whether one came.
    static var isReceived: Bool { number.load(ordering: .relaxed) != 0 }

    /// Asks for a clean stop as if SIGPIPE had come: nobody reads the output any more.
    static func raiseBrokenPipe() {
        _ = number.compareExchange(expected: 0, desired: SIGPIPE, ordering: .relaxed)
    }

    /// Ends the command with the exit code that belongs to the signal, if one came.
    static func check() throws {
        let value = number.load(ordering: .relaxed)
        if value != 0 { throw ExitCode(128 + value) }
    }

    private static func receive(_ value: Int32) {
        let (exchanged, _) = number.compareExchange(expected: 0, desired: value, ordering: .relaxed)
        if !exchanged { _exit(128 + value) }
    }
}
