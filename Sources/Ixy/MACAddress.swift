/// An Ethernet address.
public struct MACAddress: Sendable, Hashable, CustomStringConvertible {
    /// The six bytes in the order in which they are sent.
    public var bytes: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)

    public init(_ b0: UInt8, _ b1: UInt8, _ b2: UInt8, _ b3: UInt8, _ b4: UInt8, _ b5: UInt8) {
        bytes = (b0, b1, b2, b3, b4, b5)
    }

    /// Parses `02:00:00:00:00:01`; nil if it is anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        // `UInt8(_:radix:)` would take "+1" and "-0".
        let values = parts.compactMap { $0.count == 2 && $0.allSatisfy(\.isHexDigit) ? UInt8($0, radix: 16) : nil }
        guard parts.count == 6, values.count == 6 else { return nil }
        self.init(values[0], values[1], values[2], values[3], values[4], values[5])
    }

    /// All six bytes as a number, the first one in the highest place.
    public var value: UInt64 {
        [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The address whose bytes are the low 48 bits of `value`.
    public init(value: UInt64) {
        func byte(_ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> (8 * (5 - index))) }
        self.init(byte(0), byte(1), byte(2), byte(3), byte(4), byte(5))
    }

    /// Whether it names a group, as broadcast does.
    public var isMulticast: Bool { bytes.0 & 1 == 1 }

    public static func == (left: MACAddress, right: MACAddress) -> Bool { left.value == right.value }
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }

    public var description: String {
        [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5]
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension MACAddress {
    /// Refuses a group's address as a device's own.
    func checkIsSingle() throws(IxyError) {
        guard !isMulticast else {
            throw .invalidSetting("\(self) is a group address", remedy: "use one whose first byte is even")
        }
    }

    /// Refuses addresses that name no groups.
    static func checkAreGroups(_ addresses: [MACAddress]) throws(IxyError) {
        if let single = addresses.first(where: { !$0.isMulticast }) {
            throw .invalidSetting("\(single) is no group address", remedy: "use those whose first byte is odd")
        }
    }
}
