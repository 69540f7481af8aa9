import IxyHardware

/// Builds what follows a message's header.
struct MessageWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: UInt32) {
        for shift in stride(from: 0, to: UInt32(32), by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func append(_ value: UInt64) {
        append(UInt32(truncatingIfNeeded: value))
        append(UInt32(truncatingIfNeeded: value >> 32))
    }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// A vring's number and something about it. (A vring state description)
    mutating func append(vring: Int, _ value: UInt32) {
        append(UInt32(vring))
        append(value)
    }

    /// Bytes of the device configuration. (Virtio device config space)
    mutating func append(configuration: [UInt8], at offset: Int) {
        append(UInt32(offset))
        append(UInt32(configuration.count))
        append(UInt32(0))
        append(configuration)
    }
}

/// Reads what came after a header, from front to back. Each reading fails where the bytes end.
struct MessageReader {
    /// The message's name, for the error.
    let name: String
    private let bytes: [UInt8]
    private var next = 0

    init(_ bytes: [UInt8], of name: String) {
        self.name = name
        self.bytes = bytes
    }

    /// The error for a field that cannot be.
    func malformed(_ what: String) -> VhostUserError { .malformed("\(name) with \(what)") }

    private mutating func advance(_ count: Int) throws(VhostUserError) -> Int {
        guard count <= bytes.count - next else { throw malformed("only \(bytes.count) bytes") }
        defer { next += count }
        return next
    }

    mutating func word32() throws(VhostUserError) -> UInt32 {
        let start = try advance(4)
        return bytes.span.rawBytes.littleEndian(UInt32.self, at: start)
    }

    mutating func word64() throws(VhostUserError) -> UInt64 {
        let start = try advance(8)
        return bytes.span.rawBytes.littleEndian(UInt64.self, at: start)
    }

    /// A word that is below `limit`.
    mutating func number(below limit: Int, _ what: String) throws(VhostUserError) -> Int {
        let value = try word32()
        guard value < limit else { throw malformed("\(what) \(value)") }
        return Int(value)
    }

    mutating func vring() throws(VhostUserError) -> Int {
        try number(below: 2 * VhostUser.largestQueuePairs, "vring")
    }

    /// Bytes of the device configuration, and where they begin.
    mutating func configuration() throws(VhostUserError) -> (offset: Int, bytes: [UInt8]) {
        let offset = try number(below: VhostUser.largestConfiguration, "offset")
        let count = try number(below: VhostUser.largestConfiguration + 1, "size")
        // Flags, which only writing has.
        _ = try word32()
        let start = try advance(count)
        return (offset, Array(bytes[start..<start + count]))
    }

    /// To be called at the end, where no byte may be left.
    func end() throws(VhostUserError) {
        guard next == bytes.count else { throw malformed("\(bytes.count) bytes instead of \(next)") }
    }
}
