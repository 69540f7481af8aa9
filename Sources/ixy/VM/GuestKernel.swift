import Foundation
import Glibc
import Ixy
import IxyHardware
import IxySystem

/// A kernel for guests, and its modules.
struct GuestKernel {
    /// Path of the image, and of its modules' folder.
    let image: String
    let modules: String
    /// As `uname -r` says it.
    let version: String

    /// Modules that a guest gets, with those that they need.
    private static let wanted: Set<String> = [
        "ixgbe", "ixgbevf", "vfio_pci", "vfio_iommu_type1", "8021q", "veth", "tun", "bridge", "virtio_net", "virtio_pci",
    ]

    /// The kernel that the user has named, or one that is here, or Debian's.
    static func find(image: String?, modules: String?) throws -> GuestKernel {
        if let image {
            guard FileManager.default.isReadableFile(atPath: image) else {
                throw IxyError.invalidSetting("the kernel '\(image)' cannot be read", remedy: "give another one with --kernel")
            }
            let name = image.split(separator: "/").last.map(String.init) ?? image
            let folder = modules ?? "/lib/modules/" + name.replacingOccurrences(of: "vmlinuz-", with: "")
            return try GuestKernel(image: image, modules: folder)
        }
        try require(modules == nil, "--modules goes with --kernel.")
        if let own = newest(in: "") { return own }
        let cache = cacheFolder
        if let fetched = newest(in: cache) { return fetched }
        try fetch(into: cache)
        guard let fetched = newest(in: cache) else {
            throw IxyError.invalidSetting("Debian's kernel has no driver ixgbe", remedy: "give another one with --kernel")
        }
        return fetched
    }

    private init(image: String, modules: String) throws {
        guard GuestKernel.hasDriver(modules) else {
            throw IxyError.invalidSetting(
                "'\(modules)' has no module ixgbe", remedy: "give the folder of the kernel's modules with --modules")
        }
        self.image = image
        self.modules = modules
        version = modules.split(separator: "/").last.map(String.init) ?? modules
    }

    private static func hasDriver(_ modules: String) -> Bool {
        let folder = modules + "/kernel/drivers/net/ethernet/intel/ixgbe/"
        return ["ixgbe.ko", "ixgbe.ko.xz"].contains { FileManager.default.isReadableFile(atPath: folder + $0) }
    }

    /// The newest kernel below `root` that has its modules there.
    private static func newest(in root: String) -> GuestKernel? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/boot")) ?? []
        let found = names.filter { $0.hasPrefix("vmlinuz-") }.compactMap { name in
            let image = "\(root)/boot/\(name)"
            return FileManager.default.isReadableFile(atPath: image)
                ? try? GuestKernel(image: image, modules: "\(root)/lib/modules/\(name.dropFirst("vmlinuz-".count))") : nil
        }
        return found.max { $0.version.compare($1.version, options: .numeric) == .orderedAscending }
    }

    private static var cacheFolder: String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.cache"
        return base + "/ixy/kernel"
    }

    /// Fetches Debian's kernel: unpacked, not installed.
    private static func fetch(into folder: String) throws {
        Console.note("There is no kernel with its modules on this machine; fetching Debian's, once, into \(folder)…")
        let script = """
            set -e
            part=$1.$$
            trap 'rm -rf "$part"' EXIT
            mkdir -p "$part/package"
            cd "$part/package"
            kernel=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-/ { print $2; exit }')
            [ -n "$kernel" ] || { echo "apt knows no linux-image-amd64; run apt-get update"; exit 1; }
            apt-get download "$kernel"
            dpkg-deb -x *.deb ..
            cd ..
            rm -rf package usr "$1"
            mv "$part" "$1"
            """
        let output = try FileDescriptor.inMemory("apt-get")
        var child = try ChildProcess.start(
            ["sh", "-c", script, "sh", folder], output: output.rawValue, errors: output.rawValue)
        guard child.wait() == .code(0) else {
            let said = String(decoding: try output.contents(subject: "apt-get"), as: UTF8.self)
            throw IxyError.invalidSetting(
                "Debian's kernel cannot be fetched (\(said.split(whereSeparator: \.isNewline).last ?? "apt-get fails"))",
                remedy: "give a kernel with --kernel and --modules")
        }
    }

    /// Adds the modules, and the list of what each needs, for modprobe.
    func addModules(to archive: inout CPIOArchive) throws {
        var files: [String: String] = [:]
        let paths = FileManager.default.enumerator(atPath: modules + "/kernel")
        while let path = paths?.nextObject() as? String {
            if let name = GuestKernel.moduleName(path) { files[name] = path }
        }
        var needs: [String: [String]] = [:]
        var waiting = Array(GuestKernel.wanted)
        let root = "lib/modules/\(version)"
        while let name = waiting.popLast() {
            // One that is missing is built in, or this kernel does not have it.
            guard needs[name] == nil, let path = files[name] else { continue }
            let bytes = try contents(of: path)
            needs[name] = GuestKernel.needs(bytes)
            waiting += needs[name] ?? []
            try archive.addFile("\(root)/kernel/\(GuestKernel.plain(path))", bytes)
        }
        var list = ""
        for name in needs.keys.sorted() {
            guard let path = files[name] else { continue }
            let others = GuestKernel.all(name, needs).compactMap { files[$0] }
            list += "kernel/\(GuestKernel.plain(path)):" + others.map { " kernel/\(GuestKernel.plain($0))" }.joined() + "\n"
        }
        try archive.addFile("\(root)/modules.dep", Array(list.utf8))
    }

    private func contents(of path: String) throws -> [UInt8] {
        let whole = "\(modules)/kernel/\(path)"
        guard path.hasSuffix(".xz") else { return try FileDescriptor.reading(whole).contents(subject: whole) }
        let output = try FileDescriptor.inMemory("xz")
        var child = try ChildProcess.start(["xz", "-dc", whole], output: output.rawValue)
        guard child.wait() == .code(0) else {
            throw IxyError.invalidSetting("\(whole) cannot be unpacked", remedy: "install xz-utils")
        }
        return try output.contents(subject: whole)
    }

    private static func plain(_ path: String) -> String { path.hasSuffix(".xz") ? String(path.dropLast(3)) : path }

    /// A module's name; nil for other files. Dashes in names of files are underscores.
    private static func moduleName(_ path: String) -> String? {
        guard let file = plain(path).split(separator: "/").last, file.hasSuffix(".ko") else { return nil }
        return String(file.dropLast(3)).replacingOccurrences(of: "-", with: "_")
    }

    /// The modules that a module says it needs.
    private static func needs(_ module: [UInt8]) -> [String] {
        let mark = Array("\0depends=".utf8)
        guard let range = module.firstRange(of: mark) else { return [] }
        let names = module[range.upperBound...].prefix { $0 != 0 }
        return String(decoding: names, as: UTF8.self).split(separator: ",")
            .map { $0.replacingOccurrences(of: "-", with: "_") }
    }

    /// All that it needs, what is needed last first, as modprobe wants it.
    private static func all(_ name: String, _ needs: [String: [String]]) -> [String] {
        var result: [String] = []
        func visit(_ name: String) {
            for other in needs[name] ?? [] {
                result.removeAll { $0 == other }
                result.append(other)
                visit(other)
            }
        }
        visit(name)
        return result
    }
}
