import Foundation

/// A folder of a test's own, removed with all that is in it when the test ends.
public final class Folder {
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "/ixy-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    public static func / (folder: Folder, name: String) -> String { folder.path + "/" + name }

    public func contents(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: self / name)))
    }

    public func put(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: self / name))
    }
}
