internal import IxyHardware
import IxySystem

/// The bytes of a capture in order, a window of them in memory. It allocates once.
struct ByteSource: ~Copyable {
    /// Room for the largest piece that is looked at as a whole, and as much again so that reads stay large.
    static let capacity = 2 * CaptureLimits.blockLength

    /// The name for errors.
    let name: String
    /// Where to read more from; nil when everything is in `buffer` already.
    private let file: FileDescriptor?
    private var buffer: [UInt8]
    /// The bytes of `buffer` that were read and not yet consumed.
    private var start = 0
    private var end: Int
    private var atEnd: Bool
    /// The file offset of the next byte that is not yet consumed.
    private(set) var offset = 0
    var order = ByteOrder.littleEndian

    init(file: consuming FileDescriptor, name: String) {
        self.file = consume file
        self.name = name
        buffer = [UInt8](repeating: 0, count: Self.capacity)
        end = 0
        atEnd = false
    }

    init(bytes: [UInt8], name: String) {
        file = nil
        self.name = name
        buffer = bytes
        end = bytes.count
        atEnd = true
    }

    /// Tries to have `count` bytes at hand; at most `capacity`.
    ///
    /// - Returns: how many there are, fewer than `count` only where the file ends.
    mutating func fill(_ count: Int) throws(CaptureError) -> Int {
        if end - start < count && !atEnd { try readMore(count) }
        return end - start
    }

    private mutating func readMore(_ count: Int) throws(CaptureError) {
        precondition(count <= Self.capacity, "a piece larger than the window")
        if start == end || count > buffer.count - start { moveToFront() }
        while end - start < count && !atEnd {
            let got: Int
            do {
                got = try file?.read(into: &buffer, at: end, subject: name) ?? 0
            } catch {
                throw .cannotRead(file: name, offset: offset + end - start, reason: error.systemText)
            }
            end += got
            atEnd = got == 0
        }
    }

    private mutating func moveToFront() {
        let count = end - start
        if start > 0 {
            for index in 0..<count { buffer[index] = buffer[start + index] }
        }
        start = 0
        end = count
    }

    /// Goes on by `count` bytes that `fill` has shown to be there. Their place in memory stays as it is until the
    /// next `fill`.
    mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "consumed more than there is")
        start += count
        offset += count
    }

    /// Goes on by up to `count` bytes, however many that are, without holding them all.
    ///
    /// - Returns: how many were there; fewer only where the file ends.
    mutating func skip(_ count: Int) throws(CaptureError) -> Int {
        var left = count
        while left > 0 {
            let step = min(left, try fill(1))
            guard step > 0 else { break }
            consume(step)
            left -= step
        }
        return count - left
    }

    /// The place of byte `position` (counted from the next unconsumed byte) in ``window``.
    func place(_ position: Int) -> Int { start + position }

    /// All that is in memory, for use with ``place(_:)``.
    var window: RawSpan {
        @_lifetime(borrow self)
        get { buffer.span.rawBytes }
    }

    /// The 16-bit number `position` bytes on, in the file's byte order.
    func uint16(_ position: Int) -> UInt16 {
        order == .littleEndian
            ? window.littleEndian(UInt16.self, at: start + position)
            : window.bigEndian(UInt16.self, at: start + position)
    }

    /// The 32-bit number `position` bytes on, in the file's byte order.
    func uint32(_ position: Int) -> UInt32 {
        order == .littleEndian
            ? window.littleEndian(UInt32.self, at: start + position)
            : window.bigEndian(UInt32.self, at: start + position)
    }

    /// The 64-bit number `position` bytes on, in the file's byte order.
    func uint64(_ position: Int) -> UInt64 {
        order == .littleEndian
            ? window.littleEndian(UInt64.self, at: start + position)
            : window.bigEndian(UInt64.self, at: start + position)
    }

    /// The byte `position` bytes on.
    func byte(_ position: Int) -> UInt8 { window[start + position] }

    /// The `count` bytes at `position` as text; bytes that are no UTF-8 become U+FFFD.
    func text(_ position: Int, count: Int) -> String {
        String(decoding: buffer[start + position..<start + position + count], as: UTF8.self)
    }
}

extension FileDescriptor {
    /// Reads into an array from `offset` on; a span of it in a method of its owner would keep all of the owner.
    fileprivate borrowing func read(
        into buffer: inout [UInt8], at offset: Int, subject: String
    ) throws(HardwareError) -> Int {
        var span = buffer.mutableSpan
        var room = span.mutableRawBytes
        return try read(into: &room, at: offset, subject: subject)
    }
}
