import Foundation
import Ixy

struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Another process, which is paused and resumed at will, and which ends with this one.
final class Program {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread = Data()
    private let name: String

    init(_ name: String, _ arguments: [String]) throws {
        self.name = name
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["setpriv", "--pdeathsig", "KILL", "stdbuf", "-oL", name] + arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    func say(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    /// The next line that contains `text`; waits for it.
    func line(with text: String) throws -> String {
        var last = ""
        while true {
            while let end = unread.firstIndex(of: 10) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread = Data(unread[(end + 1)...])
                if line.contains(text) { return line }
                last = line
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure("\(name) ended while '\(text)' was expected: \(last)") }
            unread += more
        }
    }

    func pause() { kill(process.processIdentifier, SIGSTOP) }
    func resume() { kill(process.processIdentifier, SIGCONT) }

    /// Nanoseconds for which one of its threads was ready to run, and had no processor.
    func waited() -> UInt64 {
        let tasks = "/proc/\(process.processIdentifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.reduce(0) { sum, thread in
            let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8)) ?? ""
            let fields = text.split(separator: " ")
            return sum + (fields.count > 1 ? UInt64(fields[1]) ?? 0 : 0)
        }
    }

    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
