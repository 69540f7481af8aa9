internal import IxyHardware

/// An error in a capture file. Each case says where, and what to do about it.
///
/// Offsets are bytes from the start of the file. Frames that were read before an error are intact.
public enum CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file cannot be opened; `reason` is the system's own text.
    case cannotOpen(file: String, reason: String)
    /// Reading failed at `offset`; `reason` is the system's own text.
    case cannotRead(file: String, offset: Int, reason: String)
    /// Writing failed. `framesKept` is how many complete frames a regular file holds now; nil for pipes and devices,
    /// where nobody can tell.
    case cannotWrite(file: String, reason: String, framesKept: Int?)
    /// The first bytes are those of no capture format; `remedy` says more where they are known.
    case notACapture(file: String, remedy: String)
    /// The file ends at `end`, inside of the piece (a header, record or block) that starts at `offset`.
    case truncated(file: String, offset: Int, end: Int, piece: String, framesRead: Int)
    /// The bytes at `offset` contradict the format.
    case corrupt(file: String, offset: Int, problem: String, framesRead: Int)
    /// Something that the caller asked for cannot be written.
    case invalid(what: String, remedy: String)

    public var description: String {
        switch self {
        case .cannotOpen(let file, let reason):
            "\(file) cannot be opened: \(reason); check the path and its permissions"
        case .cannotRead(let file, let offset, let reason):
            "\(file) cannot be read at offset \(offset): \(reason); check that it is a file and that its disk is sound"
        case .cannotWrite(let file, let reason, let framesKept?):
            "\(file) cannot be written: \(reason); it keeps the first \(framesKept) frames, complete; "
                + "make room or choose another file"
        case .cannotWrite(let file, let reason, nil):
            "\(file) cannot be written: \(reason); make room or choose another file"
        case .notACapture(let file, let remedy):
            "\(file) is no pcap or pcapng file (offset 0); \(remedy)"
        case .truncated(let file, let offset, let end, let piece, let framesRead):
            "\(file) ends at offset \(end), in the middle of the \(piece) at offset \(offset); "
                + "\(before(framesRead)); record or copy it again"
        case .corrupt(let file, let offset, let problem, let framesRead):
            "\(file) is damaged at offset \(offset): \(problem); \(before(framesRead)); record or copy it again"
        case .invalid(let what, let remedy):
            "\(what); \(remedy)"
        }
    }

    private func before(_ frames: Int) -> String {
        frames == 1 ? "the frame before it is intact" : "the \(frames) frames before it are intact"
    }
}

extension HardwareError {
    /// The system's own text alone: a capture's error names the file and what was done by itself.
    var systemText: String {
        if case .system(_, _, let reason) = self { reason } else { description }
    }
}
