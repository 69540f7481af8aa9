package import Glibc

/// How terminals are set.
package enum Terminal {
    /// How the terminal behind `file` is set.
    package static func settings(of file: CInt) throws(ErrorNumber) -> termios {
        var settings = termios()
        // Sound: the call fills in the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(tcgetattr(file, &settings)) }
        return settings
    }

    /// Sets the terminal behind `file` at once.
    package static func set(_ settings: termios, of file: CInt) throws(ErrorNumber) {
        var settings = settings
        // Sound: the call only reads the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(tcsetattr(file, TCSANOW, &settings)) }
    }
}
