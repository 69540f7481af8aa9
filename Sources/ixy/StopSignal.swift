import ArgumentParser
import Glibc
import IxyHardware
import Synchronization

/// Ctrl-C and SIGTERM: the first one asks for a clean stop, and one that comes when this takes too long ends the program
/// at once.
///
/// It is the process's own state, because signals are: a handler gets the signal's number and nothing else.
enum StopSignal {
    /// The signal that came, or 0.
    private static let number = Atomic<Int32>(0)
    /// When the first one came, on the monotonic clock.
    private static let arrival = Atomic<UInt64>(0)
    /// Signals that come closer together are one: `timeout` sends each one twice, to the process and to its group.
    private static let patience: UInt64 = 500_000_000

    /// Listens for both, and makes writing into a closed pipe an error instead of a sudden end.
    static func listen() {
        // Touched here, so that the handler never is the first to initialise them.
        number.store(0, ordering: .relaxed)
        arrival.store(0, ordering: .relaxed)
        _ = patience
        signal(SIGINT) { StopSignal.receive($0) }
        signal(SIGTERM) { StopSignal.receive($0) }
        signal(SIGPIPE) { _ in StopSignal.request(SIGPIPE) }
    }

    /// Whether one came.
    static var isReceived: Bool { number.load(ordering: .relaxed) != 0 }

    /// Asks for a clean stop because standard output takes no more.
    ///
    /// - Returns: whether this is the first thing to stop the program, and so the one to tell of.
    static func stopForOutput() -> Bool { request(SIGPIPE) }

    /// Ends the command with the exit code that belongs to the signal, if one came.
    static func check() throws {
        let value = number.load(ordering: .relaxed)
        if value != 0 { throw ExitCode(128 + value) }
    }

    @discardableResult
    private static func request(_ value: Int32) -> Bool {
        number.compareExchange(expected: 0, desired: value, ordering: .relaxed).exchanged
    }

    private static func receive(_ value: Int32) {
        request(value)
        let now = MonotonicClock.nanoseconds
        let (isFirst, first) = arrival.compareExchange(expected: 0, desired: now, ordering: .relaxed)
        if !isFirst, now > first + patience { _exit(128 + value) }
    }
}
