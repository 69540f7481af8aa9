import Foundation

/// A program of somebody else that reads and writes captures too.
public struct Tool {
    public let path: String

    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Parameter package: where Debian has it, for the sentence when it is missing.
    public init(_ name: String, package: String) throws {
        let candidates = ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/"].map { $0 + name }
        guard let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw Missing(description: "\(name) is missing, and this test compares with it; apt-get install \(package)")
        }
        self.path = path
    }

    public static func tshark() throws -> Tool { try Tool("tshark", package: "tshark") }
    public static func editcap() throws -> Tool { try Tool("editcap", package: "wireshark-common") }
    public static func capinfos() throws -> Tool { try Tool("capinfos", package: "wireshark-common") }
    public static func tcpdump() throws -> Tool { try Tool("tcpdump", package: "tcpdump") }

    /// Runs it to its end and gives what it printed.
    @discardableResult
    public func callAsFunction(_ arguments: String...) throws -> String { try self(arguments) }

    /// Runs it to its end and gives what it printed.
    @discardableResult
    public func callAsFunction(_ arguments: [String]) throws -> String {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(
                description: "\(path) \(arguments) ended with \(process.terminationStatus): "
                    + String(decoding: complaint, as: UTF8.self))
        }
        return String(decoding: printed, as: UTF8.self)
    }
}
