import IxySystem

/// An error on a socket. Each case says what to do about it.
package enum SocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No process listens there.
    case nobodyListens(path: String)
    /// The other side has closed the connection.
    case closed
    /// The other side did not send, or take, what was due in time.
    case timedOut
    /// More open files came with a message than any message has.
    case tooManyFiles
    /// The system, or a path that cannot be used.
    case hardware(HardwareError)

    package var description: String {
        switch self {
        case .nobodyListens(let path): "no process listens at \(path); start it first"
        case .closed: "the other side has closed the connection; start it again"
        case .timedOut: "the other side does not answer; start it again"
        case .tooManyFiles:
            "more than \(PassedFiles.limit) open files came with a message; use another program on the other side"
        case .hardware(let error): error.description
        }
    }

    /// The error for what the kernel says to `call`.
    init(_ call: String, on subject: String, _ error: ErrorNumber) {
        self = .hardware(HardwareError(call, on: subject, error))
    }

    /// The value of `result`, whose error names the call and its subject.
    @discardableResult
    static func naming<Result: ~Copyable>(
        _ call: String, on subject: String, _ result: @autoclosure () throws(ErrorNumber) -> Result
    ) throws(SocketError) -> Result {
        do { return try result() } catch { throw SocketError(call, on: subject, error) }
    }
}
