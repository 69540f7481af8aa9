import ArgumentParser
import Foundation

/// The files that a command reads and writes.
struct FileUse {
    private var read: [String]
    private var written: [String]

    /// The files of `devices`, and those that the command has beside them.
    init(_ devices: [DeviceAddress], read: [String] = [], written: [String] = []) {
        let models = devices.compactMap { device in
            if case .model(let model) = device { model } else { nil }
        }
        self.read = models.compactMap(\.input) + read
        self.written = models.compactMap(\.output) + written
    }

    /// Refuses to write a file that is also read, which would destroy it, or to write one twice.
    ///
    /// - Throws: a `ValidationError`.
    func check() throws {
        let sources = Set(read.compactMap(Self.identity))
        var targets: Set<String> = []
        for path in written {
            guard let identity = Self.identity(path) else { continue }
            try require(!sources.contains(identity), "'\(path)' is read and written; write to another file.")
            try require(targets.insert(identity).inserted, "'\(path)' is written twice; name a file for each.")
        }
    }

    /// An identity that two paths of one file share; nil for pipes and devices, which can be used twice.
    private static func identity(_ path: String) -> String? {
        guard path != "-" else { return nil }
        let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: place) else { return place }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
        return "\(attributes[.systemNumber] ?? "") \(attributes[.systemFileNumber] ?? "")"
    }
}
