/// A structure of the kernel, laid out by hand, in native byte order. Traps where an offset lies outside.
package struct KernelStructure: Sendable {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// `count` zero bytes.
    package init(count: Int) {
        bytes = [UInt8](repeating: 0, count: count)
    }

    /// A structure whose first word is its own length, as nearly all of VFIO's are.
    package init(sized count: Int) {
        self.init(count: count)
        store(UInt32(count), at: 0)
    }

    /// A string with the zero at its end.
    package init(text: String) {
        bytes = [UInt8](text.utf8) + [0]
    }

    package mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        for index in 0..<Value.bitWidth / 8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    package func load<Value: FixedWidthInteger>(_: Value.Type = Value.self, at offset: Int) -> Value {
        (0..<Value.bitWidth / 8).reduce(0) { $0 | Value(truncatingIfNeeded: bytes[offset + $1]) << (8 * $1) }
    }
}
