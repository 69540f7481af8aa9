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

    /// A writer that fails before there is anything to write leaves all as it was.
    @Test func withoutAFrameNothingIsLeftBehind() throws {
        let folder = try Folder()
        try folder.put([1, 2, 3], "old.pcap")
        for name in ["old.pcap", "new.pcap"] {
            let writer = try CaptureWriter(path: folder / name)
            #expect(FileManager.default.fileExists(atPath: folder / name))
            _ = consume writer
        }
        #expect(try folder.contents("old.pcap") == [1, 2, 3])
        #expect(!FileManager.default.fileExists(atPath: folder / "new.pcap"))
    }

    /// A file that took its place meanwhile is not ours to remove.
    @Test func anotherFileOfTheSameNameStays() throws {
        let folder = try Folder()
        let writer = try CaptureWriter(path: folder / "a.pcap")
        try FileManager.default.removeItem(atPath: folder / "a.pcap")
        try folder.put([1, 2, 3], "a.pcap")
        _ = consume writer
        #expect(try folder.contents("a.pcap") == [1, 2, 3])
    }

    @Test(arguments: [0, 1])
    func finishingReplacesWhatWasThere(_ count: Int) throws {
        let folder = try Folder()
        try folder.put([UInt8](repeating: 9, count: 5000), "a.pcap")
        try write(Array(edgeFrames().prefix(count)), to: folder / "a.pcap", .pcap(.nanoseconds))
        let reading = Reading(path: folder / "a.pcap")
        #expect(reading.error == nil)
        #expect(reading.frames == Array(edgeFrames().prefix(count)))
    }

    /// Without `finish()`: whoever has frames keeps them.
    @Test func droppedWithFramesItKeepsThem() throws {
        let folder = try Folder()
        try folder.put([UInt8](repeating: 9, count: 5000), "a.pcap")
        do {
            var writer = try CaptureWriter(path: folder / "a.pcap")
            try writer.write([1, 2, 3].span.rawBytes, stamp: 5)
        }
        #expect(Reading(path: folder / "a.pcap").frames == [Frame([1, 2, 3], stamp: 5)])
    }

    @Test func flushedHeadersStay() throws {
        let folder = try Folder()
        do {
            var writer = try CaptureWriter(path: folder / "a.pcap")
            try writer.flush()
        }
        let reading = Reading(path: folder / "a.pcap")
        #expect(reading.error == nil)
        #expect(reading.frames.isEmpty)
    }

    /// Not even the headers fit.
    @Test func aFullDiskThatTakesNothingLeavesNoFile() throws {
        let disk = try SmallDisk(kibibytes: 64)
        try Data([UInt8](repeating: 1, count: 65_536)).write(to: URL(fileURLWithPath: disk.path + "/filler"))
        #expect(throws: CaptureError.self) { try write(edgeFrames(), to: disk.path + "/file", .pcapng) }
        #expect(!FileManager.default.fileExists(atPath: disk.path + "/file"))
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
