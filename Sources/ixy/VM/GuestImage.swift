import Foundation
import Ixy
import IxyHardware
import IxySystem

/// The guest's files, as an archive for its kernel.
struct GuestImage: ~Copyable {
    let archive: FileDescriptor

    /// - Parameters:
    ///   - files: a folder that becomes /root.
    ///   - programs: names or paths of programs of this machine.
    init(kernel: GuestKernel, files: String?, programs: [String], script: GuestScript) throws {
        var archive = CPIOArchive(in: try FileDescriptor.inMemory("ixy-vm-files"))
        for folder in ["bin", "dev", "etc", "proc", "root", "run", "sys", "tmp", "usr/bin", "var"] {
            try archive.addFolder(folder)
        }
        guard let busybox = GuestImage.find("busybox") else {
            throw IxyError.invalidSetting(
                "the guest needs busybox, which is not here", remedy: "install Debian's package busybox-static")
        }
        try archive.addFile("init", Array(script.text.utf8), isExecutable: true)
        try archive.addFile("bin/busybox", try GuestImage.read(busybox), isExecutable: true)
        try archive.addFile("etc/passwd", Array("root:x:0:0::/root:/bin/sh\n".utf8))
        // Busybox's shell takes its own programs before those of the same name.
        let names = programs.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        let functions = names.map { "\($0)() { /usr/bin/\($0) \"$@\"; }\n" }.joined()
        try archive.addFile("etc/profile", Array((functions + "export PATH=/usr/bin:/bin\n").utf8))
        if let command = script.command {
            try archive.addFile("ixy-command", Array((functions + command + "\n").utf8))
        }
        try kernel.addModules(to: &archive)
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        for (name, path) in try [("ixy", own)] + programs.map({ ($0, try GuestImage.path(of: $0)) }) {
            try GuestImage.addProgram(name, path, to: &archive)
        }
        if let files { try GuestImage.addFolder(files, to: &archive) }
        self.archive = try archive.finish()
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try FileDescriptor.reading(path).contents(subject: path)
    }

    /// Where a program is that the shell would find.
    private static func find(_ name: String) -> String? {
        let places = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        return places.split(separator: ":").map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }

    private static func path(of program: String) throws -> String {
        if program.contains("/") { return program }
        guard let path = find(program) else {
            throw IxyError.invalidSetting(
                "there is no program '\(program)' on this machine", remedy: "install it, or give its path")
        }
        return path
    }

    /// Adds a program and the libraries that it wants, where it wants them.
    private static func addProgram(_ name: String, _ path: String, to archive: inout CPIOArchive) throws {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        try archive.addFile("usr/bin/\(file)", try read(path), isExecutable: true)
        // A program that ldd cannot read needs no libraries.
        let output = try FileDescriptor.inMemory("ldd")
        var lister = try ChildProcess.start(["ldd", path], output: output.rawValue, errors: output.rawValue)
        guard lister.wait() == .code(0) else { return }
        let text = String(decoding: try output.contents(subject: "ldd"), as: UTF8.self)
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }) where word.hasPrefix("/") {
            try archive.addFile(String(word), try read(String(word)), isExecutable: true)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
    }

    private static func addFolder(_ folder: String, to archive: inout CPIOArchive) throws {
        guard isFolder(folder), let paths = FileManager.default.enumerator(atPath: folder) else {
            throw IxyError.invalidSetting("there is no folder '\(folder)'", remedy: "give one with --files")
        }
        while let path = paths.nextObject() as? String {
            let whole = "\(folder)/\(path)"
            if isFolder(whole) {
                try archive.addFolder("root/\(path)")
            } else {
                let isExecutable = FileManager.default.isExecutableFile(atPath: whole)
                try archive.addFile("root/\(path)", try read(whole), isExecutable: isExecutable)
            }
        }
    }
}
