import Foundation
import IxyCapture
import TestSupport
import Testing

/// Captures that Wireshark's tools and tcpdump read and write must be the same to us.
@Suite struct PeerTests {
    /// Ethernet frames with lengths around the padding, all but the first cut.
    static func frames(interfaces: Int = 1) -> [Frame] {
        edgeFrames(interfaces: interfaces).filter { $0.bytes.count >= 14 && $0.bytes.count <= 9018 }
    }

    /// The frames that tshark reads from a file: stamps with nine decimals, and every byte.
    private func tsharkReads(_ path: String) throws -> (frames: [Frame], names: [String]) {
        let json = try Tool.tshark()("-r", path, "-T", "json", "-x", "-J", "frame")
        let packets = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        var frames: [Frame] = []
        var names: [String] = []
        for packet in packets {
            let source = try #require(packet["_source"] as? [String: Any])
            let layers = try #require(source["layers"] as? [String: Any])
            let fields = try #require(layers["frame"] as? [String: Any])
            func field(_ name: String) throws -> String { try #require(fields["frame." + name] as? String) }
            let hex = Array(try #require((layers["frame_raw"] as? [Any])?.first as? String).utf8)
            let bytes = stride(from: 0, to: hex.count, by: 2).map {
                UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16)!
            }
            let time = try field("time_epoch").split(separator: ".")
            try #require(time[1].count == 9)
            let interface = fields["frame.interface_id"] as? String
            frames.append(
                Frame(
                    bytes, stamp: UInt64(time[0])! * 1_000_000_000 + UInt64(time[1])!,
                    original: Int(try field("len"))!, interface: interface.flatMap { Int($0) } ?? 0))
            let about = fields["frame.interface_id_tree"] as? [String: Any]
            names.append(about?["frame.interface_name"] as? String ?? "")
        }
        return (frames, names)
    }

    @Test(arguments: [CaptureFormat.pcap(.nanoseconds), .pcapng], [ByteOrder.littleEndian, .bigEndian])
    func tsharkReadsWhatWeWrite(_ format: CaptureFormat, _ order: ByteOrder) throws {
        let folder = try Folder()
        try write(Self.frames(), to: folder / "ours", format, order: order)
        #expect(try tsharkReads(folder / "ours").frames == Self.frames())
    }

    @Test func tsharkReadsMicroseconds() throws {
        let folder = try Folder()
        try write(Self.frames(), to: folder / "ours", .pcap(.microseconds))
        let expected = Self.frames().map { Frame($0.bytes, stamp: $0.stamp! / 1000 * 1000, original: $0.original) }
        #expect(try tsharkReads(folder / "ours").frames == expected)
    }

    @Test func tsharkTellsInterfacesApart() throws {
        let folder = try Folder()
        let names = ["0000:03:00.0", "model:82599"]
        try write(
            Self.frames(interfaces: 2), to: folder / "ours", .pcapng,
            interfaces: names.map { CaptureInterface(name: $0) })
        let (frames, found) = try tsharkReads(folder / "ours")
        #expect(frames == Self.frames(interfaces: 2))
        #expect(found == frames.map { names[$0.interface] })
    }

    @Test func capinfosReadsWhatWeWrite() throws {
        let folder = try Folder()
        try write(
            edgeFrames(interfaces: 2), to: folder / "ours", .pcapng,
            interfaces: [CaptureInterface(name: "left"), CaptureInterface(name: "right")])
        let told = try Tool.capinfos()("-M", folder / "ours")
        #expect(told.contains("File type:           pcapng\n"))
        #expect(told.contains("Number of interfaces in file: 2"))
        #expect(told.contains("Time precision = nanoseconds (9)"))
        #expect(told.contains("Capture application: ixy for Swift"))
        #expect(told.contains("Number of packets:   \(edgeFrames().count)"))
    }

    @Test(arguments: RoundTripTests.formats, RoundTripTests.formats)
    func weReadWhatEditcapWrites(_ ours: CaptureFormat, _ theirs: CaptureFormat) throws {
        let folder = try Folder()
        try write(Self.frames(), to: folder / "ours", ours)
        let name =
            switch theirs {
            case .pcap(.microseconds): "pcap"
            case .pcap(.nanoseconds): "nsecpcap"
            case .pcapng: "pcapng"
            }
        try Tool.editcap()("-F", name, folder / "ours", folder / "theirs")
        let reading = Reading(path: folder / "theirs")
        #expect(reading.error == nil)
        #expect(reading.format == theirs)
        let coarse = [ours, theirs].contains(.pcap(.microseconds))
        #expect(
            reading.frames
                == Self.frames().map {
                    Frame($0.bytes, stamp: coarse ? $0.stamp! / 1000 * 1000 : $0.stamp, original: $0.original)
                })
    }

    @Test func weReadSeveralInterfacesOfTshark() throws {
        let folder = try Folder()
        let interfaces = ["left", "right"].map { CaptureInterface(name: $0) }
        try write(Self.frames(interfaces: 2), to: folder / "ours", .pcapng, interfaces: interfaces)
        try Tool.tshark()("-r", folder / "ours", "-w", folder / "theirs")
        let reading = Reading(path: folder / "theirs")
        #expect(reading.error == nil)
        #expect(reading.frames == Self.frames(interfaces: 2))
        #expect(reading.interfaces.map(\.name) == ["left", "right"])
    }

    @Test func weReadWhatTcpdumpWrites() throws {
        let folder = try Folder()
        try write(Self.frames(), to: folder / "ours", .pcap(.nanoseconds))
        for (precision, unit) in [("micro", 1000), ("nano", 1)] as [(String, UInt64)] {
            try Tool.tcpdump()(
                "--time-stamp-precision=\(precision)", "-r", folder / "ours", "-w", folder / "theirs")
            let reading = Reading(path: folder / "theirs")
            #expect(reading.error == nil)
            #expect(
                reading.frames
                    == Self.frames().map {
                        Frame($0.bytes, stamp: $0.stamp! / unit * unit, original: $0.original)
                    })
        }
    }

    @Test func aFileThatWasConvertedForNobodyIsNamed() throws {
        let folder = try Folder()
        try write(Self.frames(), to: folder / "ours", .pcap(.nanoseconds))
        try Tool.editcap()("-F", "modpcap", folder / "ours", folder / "theirs")
        guard case .notACapture(_, let remedy)? = Reading(path: folder / "theirs").error else {
            Issue.record("a modified pcap file was read as an ordinary one")
            return
        }
        #expect(remedy.contains("Kuznetzov"))
    }
}
