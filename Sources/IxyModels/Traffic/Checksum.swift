/// The Internet checksum. (RFC 1071)
enum Checksum {
    /// The sum of `bytes` as 16-bit numbers, the first byte of each the higher one, added to `start`.
    static func sum(_ bytes: ArraySlice<UInt8>, _ start: UInt32 = 0) -> UInt32 {
        var sum = UInt64(start)
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            sum += UInt64(bytes[index]) << 8 | UInt64(bytes[index + 1])
            index += 2
        }
        if index < bytes.endIndex { sum += UInt64(bytes[index]) << 8 }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return UInt32(sum)
    }

    /// The checksum of a sum; never 0, which would mean that there is none.
    static func fold(_ sum: UInt32) -> UInt16 {
        let folded = ~UInt16(truncatingIfNeeded: sum)
        return folded == 0 ? .max : folded
    }

    /// Finishes a checksum in whose place the sum of a pseudo header stands. (VirtIO 1.2 §5.1.6.2)
    static func finish(_ frame: inout [UInt8], from start: Int, at offset: Int) {
        frame.put(fold(sum(frame[start...])), at: start + offset)
    }
}

extension [UInt8] {
    /// Stores a number, the highest byte first.
    mutating func put<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        let size = Value.bitWidth / 8
        for index in 0..<size { self[offset + index] = UInt8(truncatingIfNeeded: value >> ((size - 1 - index) * 8)) }
    }

    /// A number, the highest byte first.
    func number<Value: FixedWidthInteger>(_: Value.Type, at offset: Int) -> Value {
        (0..<Value.bitWidth / 8).reduce(0) { $0 << 8 | Value(self[offset + $1]) }
    }
}
