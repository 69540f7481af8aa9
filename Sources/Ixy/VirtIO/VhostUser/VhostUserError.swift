package import IxyHardware

/// An error between a vhost-user front-end and its back-end. Each case says what to do about it.
package enum VhostUserError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The socket, or the system.
    case socket(SocketError)
    /// No answer to a message came in time.
    case silent(during: String, milliseconds: Int)
    /// The other side closed the connection.
    case closed(during: String)
    /// The other side sent what the protocol does not allow.
    case malformed(String)
    /// The back-end understood a message and said no.
    case refused(String)

    /// The part of the message that says what is wrong.
    package var problem: String {
        switch self {
        case .socket(let error): error.description
        case .silent(let message, let milliseconds): "no answer to \(message) came within \(milliseconds) ms"
        case .closed(let message): "the connection was closed at \(message)"
        case .malformed(let what): "vhost-user does not allow \(what), which came from the other side"
        case .refused(let what): "the back-end refused \(what)"
        }
    }

    /// The part of the message that says what to do about it.
    package var remedy: String {
        switch self {
        case .socket: "check that the other side runs and that both may use the socket's path"
        case .silent: "check that the other side is not stopped or busy, then start it again"
        case .closed: "see what the other side has to say about it, then start it again"
        case .malformed: "use another version of the program on the other side"
        case .refused: "see what the back-end has to say about it"
        }
    }

    package var description: String { "\(problem); \(remedy)" }

    /// An error of the socket during `message`.
    init(_ error: SocketError, during message: String, milliseconds: Int) {
        switch error {
        case .closed: self = .closed(during: message)
        case .timedOut: self = .silent(during: message, milliseconds: milliseconds)
        case .tooManyFiles: self = .malformed("more than \(PassedFiles.limit) files with \(message)")
        case .nobodyListens, .hardware: self = .socket(error)
        }
    }
}
