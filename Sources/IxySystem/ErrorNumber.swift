import Glibc

/// Why the kernel has refused a call: the value of `errno`. Who knows what the call was for turns it into an error that
/// tells the user what to do.
package struct ErrorNumber: Error, Equatable, Sendable, CustomStringConvertible {
    package let code: CInt

    package init(_ code: CInt) { self.code = code }

    /// The system's own text.
    package var description: String {
        // Sound: strerror's result is a NUL-terminated string that stays valid until this thread's next call.
        unsafe String(cString: strerror(code))
    }

    /// Returns the value of `call`, or throws the error that it leaves behind if that is negative.
    ///
    /// - Parameter repeated: whether a call that a signal has interrupted is made once more.
    package static func check(repeated: Bool = true, _ call: () -> Int) throws(ErrorNumber) -> Int {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            guard repeated, code == EINTR else { throw ErrorNumber(code) }
        }
    }
}
