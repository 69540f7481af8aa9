/// Where a PCI function sits: `domain:bus:device.function`.
package struct PCIAddress: Hashable, Sendable, CustomStringConvertible {
    /// The segment. 0 on most machines; some host bridges number theirs from 0x10000.
    package let domain: UInt32
    /// 0 to 255.
    package let bus: UInt8
    /// 0 to 31.
    package let device: UInt8
    /// 0 to 7.
    package let function: UInt8

    /// The address `text` as `lspci` prints it: `0000:03:00.0`, or `03:00.0` for domain 0. Digits are hexadecimal.
    ///
    /// Nothing is guessed: a missing digit, a sign, a space or a number out of range is an error, because the
    /// wrong device would lose its driver.
    ///
    /// - Throws: `HardwareError.invalid`.
    package init(_ text: String) throws(HardwareError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let last = (parts.last ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, last.count == 2,
            let domain = parts.count == 3 ? Self.domain(parts[0]) : 0,
            let bus = Self.hexadecimal(parts[parts.count - 2], digits: 2, through: 0xFF),
            let device = Self.hexadecimal(last[0], digits: 2, through: 0x1F),
            let function = Self.hexadecimal(last[1], digits: 1, through: 7)
        else {
            throw .invalid(
                what: "\"\(text)\" is not a PCI address",
                remedy: "write it like 0000:03:00.0 or 03:00.0, in hexadecimal, device 00 to 1f, function 0 to 7")
        }
        self.domain = domain
        self.bus = UInt8(bus)
        self.device = UInt8(device)
        self.function = UInt8(function)
    }

    /// Four digits, or more where the number needs them: then the first is not 0.
    private static func domain(_ text: Substring) -> UInt32? {
        guard text.utf8.count == 4 || text.first != "0", (4...8).contains(text.utf8.count) else { return nil }
        return hexadecimal(text, digits: text.utf8.count, through: .max)
    }

    private static func hexadecimal(_ text: Substring, digits: Int, through limit: UInt32) -> UInt32? {
        // `UInt32(_:radix:)` would take "+3" and "-0".
        guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16), value <= limit else {
            return nil
        }
        return value
    }

    /// The full form, in lower case, as sysfs names the device.
    package var description: String {
        "\(padded(domain, 4)):\(padded(bus, 2)):\(padded(device, 2)).\(function)"
    }

    /// The error for a device at this address that cannot be used.
    package func error(_ problem: String, remedy: String) -> HardwareError {
        .device(address: "\(self)", problem: problem, remedy: remedy)
    }
}

/// `value` in at least `digits` hexadecimal digits.
package func padded(_ value: some BinaryInteger, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
