import Foundation
import IxyCapture
import IxyHardware
import TestSupport
import Testing

@Suite struct WriterTests {
    @Test(arguments: [CaptureFormat.pcap(.nanoseconds), .pcapng])
    func aFullDeviceGivesASentence(_ format: CaptureFormat) throws {
        do {
            try write(edgeFrames(), to: "/dev/full", format)
            Issue.record("/dev/full took everything")
        } catch {
            #expect(
                "\(error)"
                    == "/dev/full cannot be written: No space left on device; make room or choose another file")
        }
    }

    /// A file system of 64 KiB, in a mount namespace of its own and reached through /proc: needs no root where the
    /// kernel lets users make namespaces.
    @Test(arguments: [CaptureFormat.pcap(.nanoseconds), .pcapng])
    func aFullDiskLeavesAReadableCapture(_ format: CaptureFormat) throws {
        let disk = try SmallDisk(kibibytes: 64)
        let frames = (0..<2000).map { Frame([UInt8](repeating: 3, count: 97), stamp: UInt64($0)) }
        do {
            try write(frames, to: disk.path + "/file", format)
            Issue.record("64 KiB took \(frames.count * 97) bytes")
        } catch {
            guard case .cannotWrite(_, "No space left on device", let kept?) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(kept > 400)
            let reading = Reading(path: disk.path + "/file")
            #expect(reading.error == nil)
            #expect(reading.frames == Array(frames.prefix(kept)))
        }
    }

    @Test func aFullDiskIsToldOfAgainAndAgain() throws {
        var writer = try CaptureWriter(path: "/dev/full")
        #expect(throws: CaptureError.self) { try writer.flush() }
        do {
            try writer.write([1].span.rawBytes, stamp: 1)
            Issue.record("a failed file took a frame")
        } catch {
            #expect(error == .cannotWrite(file: "/dev/full", reason: "No space left on device", framesKept: nil))
        }
    }

    @Test func whatCannotBeWrittenIsRefusedAndTheRestGoesOn() throws {
        let folder = try Folder()
        var writer = try CaptureWriter(path: folder / "a.pcap")
        let long = [UInt8](repeating: 0, count: 262_145)
        #expect(throws: CaptureError.self) { try writer.write(long.span.rawBytes, stamp: 1) }
        #expect(throws: CaptureError.self) { try writer.write(long.span.rawBytes.extracting(first: 9), stamp: .max) }
        #expect(throws: CaptureError.self) {
            try writer.write(long.span.rawBytes.extracting(first: 9), stamp: 1, originalLength: 8)
        }
        #expect(throws: CaptureError.self) {
            try writer.write(long.span.rawBytes.extracting(first: 9), stamp: 1, originalLength: -1)
        }
        #expect(throws: CaptureError.self) {
            try writer.write(long.span.rawBytes.extracting(first: 9), stamp: 1, interface: 1)
        }
        try writer.write(long.span.rawBytes.extracting(first: 9), stamp: 5)
        #expect(writer.frameCount == 1)
        try writer.finish()
        #expect(Reading(path: folder / "a.pcap").frames == [Frame([UInt8](repeating: 0, count: 9), stamp: 5)])
    }

    @Test func badInterfacesAreRefusedBeforeTheFileIsEmptied() throws {
        let folder = try Folder()
        try folder.put([1, 2, 3], "a.pcap")
        let two = ["left", "right"].map { CaptureInterface(name: $0) }
        for interfaces in [two, [], [CaptureInterface](repeating: two[0], count: 5000)] {
            do {
                _ = try CaptureWriter(path: folder / "a.pcap", interfaces: interfaces)
                Issue.record("\(interfaces.count) interfaces were taken")
            } catch {
                guard case .invalid = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
        #expect(try folder.contents("a.pcap") == [1, 2, 3])
    }

    @Test func aFolderThatIsMissingGivesASentence() {
        do {
            _ = try CaptureWriter(path: "/nonexistent/a.pcap")
            Issue.record("a file was made in a folder that is not there")
        } catch {
            #expect(error == .cannotOpen(file: "/nonexistent/a.pcap", reason: "No such file or directory"))
        }
    }
}

/// A file system of a few pages, held by a process that sleeps in a mount namespace of its own.
final class SmallDisk {
    private let holder = Process()
    let path: String

    struct Unavailable: Error, CustomStringConvertible {
        let description = "this test needs `unshare -rm` (util-linux) and user namespaces; allow them or run as root"
    }

    init(kibibytes: Int) throws {
        let answer = Pipe()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        holder.arguments = [
            "-rm", "sh", "-c", "mount -t tmpfs -o size=\(kibibytes)k none /mnt && echo ready && exec sleep 60",
        ]
        holder.standardOutput = answer
        holder.standardError = FileHandle.nullDevice
        try holder.run()
        path = "/proc/\(holder.processIdentifier)/root/mnt"
        guard answer.fileHandleForReading.availableData.starts(with: Array("ready".utf8)) else { throw Unavailable() }
    }

    deinit {
        holder.terminate()
        holder.waitUntilExit()
    }
}
