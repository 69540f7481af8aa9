import ArgumentParser
import Ixy

/// An IPv4 or IPv6 address, as its 4 or 16 bytes.
struct IPAddress: Sendable, Equatable {
    let bytes: [UInt8]

    var isIPv6: Bool { bytes.count == 16 }

    /// Parses `10.0.0.1` or `fe80::1`; nil if it is anything else.
    init?(_ text: String) {
        guard let bytes = text.contains(":") ? Self.parseIPv6(text) : Self.parseIPv4(text) else { return nil }
        self.bytes = bytes
    }

    /// Parses an IPv4 address that the user gave.
    static func v4(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text), !address.isIPv6 else {
            throw ValidationError("'\(text)' is no IPv4 address; write it like 10.0.0.1.")
        }
        return address
    }

    /// Parses an IPv6 address that the user gave.
    static func v6(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text), address.isIPv6 else {
            throw ValidationError("'\(text)' is no IPv6 address; write it like fe80::1.")
        }
        return address
    }

    /// Parses an address of either kind that the user gave.
    static func any(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ValidationError("'\(text)' is no IP address; write it like 10.0.0.1 or fe80::1.")
        }
        return address
    }

    private static func parseIPv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let values = parts.compactMap { part in
            // A leading zero makes it an octal number for some programs.
            part.allSatisfy { ("0"..."9").contains($0) } && (part == "0" || part.first != "0") ? UInt8(part) : nil
        }
        return parts.count == 4 && values.count == 4 ? values : nil
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        var halves: [[UInt8]] = [[]]
        var rest = Substring(text)
        if let gap = text.firstRange(of: "::") {
            guard let left = groups(text[..<gap.lowerBound], isEnd: false) else { return nil }
            halves = [left, []]
            rest = text[gap.upperBound...]
        }
        guard let right = groups(rest, isEnd: true) else { return nil }
        halves[halves.count - 1] = right
        let count = halves.reduce(0) { $0 + $1.count }
        // "::" stands for one group of zeros at least.
        guard halves.count == 2 ? count <= 14 : count == 16 else { return nil }
        return halves[0] + (halves.count == 2 ? [UInt8](repeating: 0, count: 16 - count) + halves[1] : [])
    }

    /// - Parameter isEnd: whether the last group may be an IPv4 address: only where the whole address ends.
    private static func groups(_ text: Substring, isEnd: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains(".") {
                guard let last = parseIPv4(part) else { return nil }
                bytes += last
            } else {
                guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit), let value = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
            }
        }
        return bytes
    }
}

extension MACAddress {
    /// Parses an Ethernet address that the user gave.
    static func parse(_ text: String) throws -> MACAddress {
        guard let address = MACAddress(text) else {
            throw ValidationError("'\(text)' is no MAC address; write it like 02:00:00:00:00:01.")
        }
        return address
    }
}
