import Ixy
import IxyHardware

/// A decoded dump of a device's registers. Reads only what can be read without changing the device.
struct RegisterDump {
    /// Also read the registers that a read changes: counters that it clears, and semaphores that it takes.
    let includesAll: Bool
    /// Only these registers, by name in upper case; empty for all.
    let names: Set<String>
    /// JSON lines instead of text.
    let isJSON: Bool

    /// The registers whose read takes something, though they are declared as readable (82599 §8.2.3.4: the
    /// SMBI bit is set by reading it) or as write-one-to-clear (§8.2.3.5.1: reading EICR can clear it).
    private static let changedByReading: Set<String> = ["SWSM", "EICR"]

    /// The text for `registers` on `bus`.
    func text(_ registers: [any Register.Type], on bus: borrowing some RegisterBus & ~Copyable) -> String {
        var result = ""
        for register in registers where names.isEmpty || names.contains(register.name.uppercased()) {
            if let reason = reasonToSkip(register) {
                if !isJSON { result += "\(register.name): not read, \(reason)\n" }
                continue
            }
            let values = (0..<register.count).map { bus.read32(at: register.offset($0)) }
            result += isJSON ? json(register, values) : describe(register, values)
        }
        return result
    }

    private func reasonToSkip(_ register: any Register.Type) -> String? {
        if register.access == .writeOnly { return "it is write-only" }
        guard !includesAll else { return nil }
        if register.access == .clearOnRead { return "reading clears it (--all reads it)" }
        return Self.changedByReading.contains(register.name) ? "reading changes it (--all reads it)" : nil
    }

    /// A line for each run of equal values of an array, and a line for each field.
    private func describe(_ register: any Register.Type, _ values: [UInt32]) -> String {
        var result = ""
        var start = 0
        while start < values.count {
            var end = start
            while end + 1 < values.count, values[end + 1] == values[start] { end += 1 }
            let index =
                register.count == 1 ? "" : start == end ? "[\(start)]" : "[\(start)...\(end)]"
            result += "\(register.name)\(index)".left(20) + " "
                + Self.hex(UInt32(register.offset(start)), digits: 5) + "  " + Self.hex(values[start], digits: 8)
                + "  \(register.access.rawValue.left(5)) \(register.section.left(14)) \(register.summary)\n"
            for field in register.fields {
                let high = field.lowBit + field.width - 1
                let bits = field.width == 1 ? "\(field.lowBit)" : "\(high):\(field.lowBit)"
                let value = (values[start] & field.mask) >> UInt32(field.lowBit)
                result += "    \(field.name.left(24)) \(bits.right(5))  \(Self.decimalAndHex(value))\n"
            }
            start = end + 1
        }
        return result
    }

    private func json(_ register: any Register.Type, _ values: [UInt32]) -> String {
        var result = ""
        for (index, value) in values.enumerated() {
            let fields = register.fields.map { "\($0.name.json):\((value & $0.mask) >> UInt32($0.lowBit))" }
            result += "{\"name\":\(register.name.json),\"index\":\(index),\"offset\":\(register.offset(index)),"
                + "\"value\":\(value),\"access\":\(register.access.rawValue.json),"
                + "\"section\":\(register.section.json),\"fields\":{\(fields.joined(separator: ","))}}\n"
        }
        return result
    }

    private static func decimalAndHex(_ value: UInt32) -> String {
        value < 10 ? "\(value)" : "\(value) (\(hex(value, digits: 1)))"
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
