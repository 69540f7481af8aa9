import Glibc
import IxyHardware
import IxySystem

/// Where the program writes. Each call is one write, so that lines of a pipe arrive whole and at once.
enum Console {
    /// Whether standard output is a terminal.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes to standard output. When nobody reads it any more, or it takes no more, the run stops.
    static func write(_ text: String) {
        do {
            var written = 0
            let output = try FileDescriptor.standardOutput()
            try output.write(Array(text.utf8).span.rawBytes, written: &written, subject: "standard output")
        } catch {
            // Silently, if the system has sent SIGPIPE: the reader has seen enough.
            guard StopSignal.stopForOutput() else { return }
            note("Error: \(error); send it somewhere else.")
        }
    }

    /// Tells the user something that is no result, on standard error.
    static func note(_ text: String) {
        var written = 0
        // If this fails, too, there is nobody left to tell.
        try? FileDescriptor.standardError().write(
            Array((text + "\n").utf8).span.rawBytes, written: &written, subject: "standard error")
    }
}

extension Double {
    /// The number with `digits` digits after the point.
    func fixed(_ digits: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((magnitude * scale).rounded())
        let text = String(scaled)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let sign = self < 0 && scaled != 0 ? "-" : ""
        return digits == 0 ? sign + padded : sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}

extension String {
    /// The text with spaces before it, so that it fills `width` columns.
    func right(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
    /// The text with spaces after it.
    func left(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
    /// The text as a JSON string.
    var json: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
