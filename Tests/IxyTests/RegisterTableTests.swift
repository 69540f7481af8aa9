import Foundation
import Ixy
import IxyHardware
import Testing

/// The table of registers says what it said when each entry was compared with the datasheet: `Tests/registers.txt`.
@Suite struct RegisterTableTests {
    /// A line for a register: all that the table says of it but the sense.
    private func line(_ register: any Register.Type) -> String {
        let places = (0..<register.count).map { register.offset($0) }
        let aliases = (0..<register.count).map { register.aliases($0) }
        var resets = (0..<register.count).map { register.reset(at: $0) }
        if Set(resets).count == 1 { resets = [resets[0]] }
        let canRead = register is any ReadableRegister.Type
        // Written by its name, with what a ring gives, or by others' drivers only.
        let writing = register is any WritableRegister.Type ? "w" : register is any MemoryRegister.Type ? "m"
            : register is any KeptRegister.Type ? "k" : "-"
        let fields = register.fields.map { field in
            "\(field.name)@\(field.lowBit)+\(field.width)\(field.selfClearing ? "c" : "")\(field.isReadOnly ? "r" : "")"
        }
        let words = [
            register.name, register.section, register.access.rawValue, canRead ? "r" : "-", writing,
            runs(places.map { [$0] }), runs(aliases), resets.map { hex($0) }.joined(separator: ","),
            register.isUndefinedAfterReset ? "X" : "-", hex(register.reservedOnes),
        ]
        return (words + ["'\(register.summary)'"] + fields).joined(separator: " ")
    }

    /// Offsets at equal distances as `start+distance*count`.
    private func runs(_ places: [[Int]]) -> String {
        let places = places.flatMap { $0 }
        var result: [String] = []
        var start = 0
        while start < places.count {
            var end = start + 1
            let distance = end < places.count ? places[end] - places[start] : 0
            while end < places.count, places[end] - places[end - 1] == distance { end += 1 }
            result.append("\(hex(UInt32(places[start])))+\(distance)*\(end - start)")
            start = end
        }
        return result.isEmpty ? "-" : result.joined(separator: ",")
    }

    private func hex(_ value: UInt32) -> String { String(value, radix: 16) }

    @Test func allRegistersAreAsTheyWere() throws {
        let registers = IXGBERegisters.all + IXGBERegisters.unused + IXGBEVFRegisters.all
        let lines = registers.map { line($0) }
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../registers.txt")
        let known = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { String($0) }
        #expect(lines.count == known.count)
        for (line, known) in zip(lines, known) where line != known { Issue.record("\(line)\nwas \(known)") }
    }
}
