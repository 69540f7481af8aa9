import Glibc

/// A program that this process has started, and that does not outlive this value: it is ended if it still runs.
public struct ChildProcess: ~Copyable, Sendable {
    private let number: pid_t
    private var status: CInt?

    /// How a program has ended.
    public enum Ending: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)

        /// As a shell counts it: a signal is 128 and its number.
        public var exitCode: Int32 {
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
    public static func start(
        _ arguments: [String], files: [CInt] = [], input: CInt? = nil, output: CInt? = nil, errors: CInt? = nil,
        inOwnSession: Bool = false
    ) throws(HardwareError) -> ChildProcess {
        guard let name = arguments.first, !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw .invalid(what: "no program, or a zero byte in its arguments", remedy: "name a program")
        }
        var actions = unsafe posix_spawn_file_actions_t()
        // Sound: the object is initialised before it is used and destroyed afterwards.
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, source) in [(CInt(0), input), (1, output), (2, errors)] {
            if let source { unsafe posix_spawn_file_actions_adddup2(&actions, source, number) }
        }
        // The same number on both sides clears the flag that closes it.
        for file in files { unsafe posix_spawn_file_actions_adddup2(&actions, file, file) }
        var attributes = posix_spawnattr_t()
        // Sound: as for the actions. 0x80 is POSIX_SPAWN_SETSID of <spawn.h>.
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        if inOwnSession { unsafe posix_spawnattr_setflags(&attributes, 0x80) }
        // Sound: each string is copied and freed below; the array ends with nil, as the call wants it.
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { for unsafe pointer in unsafe pointers { unsafe free(pointer) } }
        var child: pid_t = 0
        // Sound: all pointers live through the call.
        let code = unsafe posix_spawnp(&child, name, &actions, &attributes, pointers, environ)
        guard code == 0 else { throw .system(call: "start", subject: name, reason: systemReason(code)) }
        return ChildProcess(number: child, status: nil)
    }

    private init(number: pid_t, status: CInt?) {
        self.number = number
        self.status = status
    }

    /// The program's process number.
    public var identifier: Int32 { number }

    /// How it has ended; nil while it runs.
    public mutating func poll() -> Ending? { wait(WNOHANG) }

    /// Waits until it ends.
    public mutating func wait() -> Ending { wait(0) ?? .code(0) }

    private mutating func wait(_ options: CInt) -> Ending? {
        while status == nil {
            var value: CInt = 0
            // Sound: the call fills in the variable that it is given.
            let result = unsafe waitpid(number, &value, options)
            if result == number { status = value } else if result == 0 { return nil } else if errno != EINTR { status = 0 }
        }
        guard let status else { return nil }
        let signal = status & 0x7F
        return signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
    }

    /// Sends it a signal, if it still runs.
    public mutating func send(_ signal: CInt) {
        if poll() == nil { kill(number, signal) }
    }

    deinit {
        guard status == nil else { return }
        kill(number, SIGKILL)
        var value: CInt = 0
        // Sound: as in `wait`.
        while unsafe waitpid(number, &value, 0) < 0, errno == EINTR {}
    }
}
