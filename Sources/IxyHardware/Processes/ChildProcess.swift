import Glibc
import IxySystem

/// A program that this process has started, and that does not outlive this value: it is ended if it still runs.
package struct ChildProcess: ~Copyable, Sendable {
    private let number: pid_t
    private var status: CInt?

    /// How a program has ended.
    package enum Ending: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)

        /// As a shell counts it: a signal is 128 and its number.
        package var exitCode: Int32 {
            switch self {
            case .code(let code): code
            case .signal(let signal): 128 + signal
            }
        }
    }

    /// Starts `arguments`, of which the first is a path, or a name that is looked for in `PATH`.
    ///
    /// - Parameters:
    ///   - files: descriptors that the program has under the same numbers. It has these and 0 to 2; all others that this
    ///     package opens are closed for it.
    ///   - input, output, errors: descriptors for its standard input, output and errors instead of this process's own.
    ///   - inOwnSession: signals that a terminal sends to this process's group do not reach it.
    package static func start(
        _ arguments: [String], files: [CInt] = [], input: CInt? = nil, output: CInt? = nil, errors: CInt? = nil,
        inOwnSession: Bool = false
    ) throws(HardwareError) -> ChildProcess {
        guard let name = arguments.first, !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw .invalid(what: "no program, or a zero byte in its arguments", remedy: "name a program")
        }
        let standardFiles = [input, output, errors]
        return ChildProcess(
            number: try naming(
                "start", on: name,
                try Processes.start(arguments, files: files, standardFiles: standardFiles, inOwnSession: inOwnSession)),
            status: nil)
    }

    private init(number: pid_t, status: CInt?) {
        self.number = number
        self.status = status
    }

    /// The program's process number.
    package var identifier: Int32 { number }

    /// How it has ended; nil while it runs.
    package mutating func poll() -> Ending? { wait(WNOHANG) }

    /// Waits until it ends.
    package mutating func wait() -> Ending { wait(0) ?? .code(0) }

    private mutating func wait(_ options: CInt) -> Ending? {
        // Where there is no such child, somebody else has waited for it.
        if status == nil { status = (try? Processes.wait(for: number, options)) ?? nil }
        guard let status else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
    }

    /// Sends it a signal, if it still runs.
    package mutating func send(_ signal: CInt) {
        if poll() == nil { kill(number, signal) }
    }

    deinit {
        guard status == nil else { return }
        kill(number, SIGKILL)
        _ = try? Processes.wait(for: number)
    }
}
