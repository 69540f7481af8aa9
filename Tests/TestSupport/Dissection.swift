import IxyCapture
import IxyHardware

/// Returns tshark's values of `fields` for `frames`: a row a frame; a field that is not there is empty.
///
/// tshark checks all checksums: a field such as `udp.checksum.status` is 1 where the sum is right.
public func dissect(_ frames: [[UInt8]], _ fields: [String]) throws -> [[String]] {
    let folder = try Folder()
    var writer = try CaptureWriter(path: folder / "frames.pcap")
    for (number, frame) in frames.enumerated() { try writer.write(frame.span.rawBytes, stamp: UInt64(number)) }
    try writer.finish()
    return try dissect(folder / "frames.pcap", fields)
}

/// Returns tshark's values of `fields` for the frames of a file that match `filter`.
public func dissect(_ path: String, _ fields: [String], where filter: String = "") throws -> [[String]] {
    var arguments = ["-r", path, "-n", "-T", "fields"]
    for name in ["ip", "tcp", "udp"] { arguments += ["-o", "\(name).check_checksum:TRUE"] }
    arguments += ["-o", "sctp.checksum:CRC 32c"]
    if !filter.isEmpty { arguments += ["-Y", filter] }
    for field in fields { arguments += ["-e", field] }
    let text = try Tool.tshark()(arguments)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) } }
}

/// All frames of a file.
public func readFrames(_ path: String) throws -> [[UInt8]] {
    var reader = try CaptureReader(path: path)
    var frames: [[UInt8]] = []
    while try reader.next() != nil {
        let bytes = reader.bytes
        frames.append(bytes.byteOffsets.map { bytes[$0] })
    }
    return frames
}

/// The path of a file of this package.
public func packageFile(_ name: String, from source: String = #filePath) -> String {
    source.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/" + name
}

/// The bytes as tshark writes them.
public func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
