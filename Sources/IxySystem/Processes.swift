package import Glibc

/// Other programs.
package enum Processes {
    /// Starts `arguments`, of which the first is a path, or a name that is looked for in `PATH`. An argument is read up to
    /// its first zero byte.
    ///
    /// - Parameters:
    ///   - files: descriptors that the program has under the same numbers, besides 0 to 2.
    ///   - standardFiles: what 0 to 2 are to be; nil for this process's own.
    ///   - inOwnSession: signals that a terminal sends to this process's group do not reach it.
    package static func start(
        _ arguments: [String], files: [CInt], standardFiles: [CInt?], inOwnSession: Bool
    ) throws(ErrorNumber) -> pid_t {
        // Sound: actions and attributes are initialised before they are used and destroyed afterwards; each argument is
        // copied and freed; their array ends with nil, as the call wants it; all live through the call.
        var actions = unsafe posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        let copies = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
            for unsafe copy in unsafe copies { unsafe free(copy) }
        }
        for (number, source) in standardFiles.enumerated() {
            if let source { unsafe posix_spawn_file_actions_adddup2(&actions, source, CInt(number)) }
        }
        // The same number on both sides clears the flag that closes it.
        for file in files { unsafe posix_spawn_file_actions_adddup2(&actions, file, file) }
        // 0x80 is POSIX_SPAWN_SETSID of <spawn.h>.
        if inOwnSession { unsafe posix_spawnattr_setflags(&attributes, 0x80) }
        var child: pid_t = 0
        let code = unsafe posix_spawnp(&child, arguments.first ?? "", &actions, &attributes, copies, environ)
        guard code == 0 else { throw ErrorNumber(code) }
        return child
    }

    /// How the child `number` has ended, as `waitpid` says it; nil while it runs, where `options` has `WNOHANG`.
    package static func wait(for number: pid_t, _ options: CInt = 0) throws(ErrorNumber) -> CInt? {
        var status: CInt = 0
        // Sound: the call fills in the variable that it is given.
        let ended = try ErrorNumber.check { unsafe Int(waitpid(number, &status, options)) }
        return ended == 0 ? nil : status
    }
}
