import Foundation
import Ixy
import IxyHardware
import IxyModels
import Synchronization
import Testing

@testable import ixy

/// Registers that answer with a value made of their offset, and note what was read.
private struct RecordingBus: RegisterBus {
    private final class Notes: Sendable {
        let reads = Mutex<[Int]>([])
    }
    private let notes = Notes()

    var reads: [Int] { notes.reads.withLock { $0 } }

    /// The value at `offset`: the same for each pair of neighbours.
    static func value(_ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: offset / 8 &* 0x0108_0421) }

    func read32(at offset: Int) -> UInt32 {
        notes.reads.withLock { $0.append(offset) }
        return Self.value(offset)
    }
    func write32(_ value: UInt32, at offset: Int) { Issue.record("the dump wrote \(value) to \(offset)") }
    func tail(at offset: Int) -> TailRegister { fatalError("the dump rings no bell") }
}

@Suite struct RegisterDumpTests {
    private func dump(_ names: Set<String> = [], all: Bool = false, json: Bool = false) -> (text: String, reads: [Int]) {
        let bus = RecordingBus()
        let text = RegisterDump(includesAll: all, names: names, isJSON: json).text(IXGBERegisters.all, on: bus)
        return (text, bus.reads)
    }

    private func offsets(_ kinds: (any Register.Type) -> Bool) -> Set<Int> {
        Set(IXGBERegisters.all.filter(kinds).flatMap { register in (0..<register.count).map { register.offset($0) } })
    }

    /// Counters that a read clears, the semaphore that it takes, the causes that it acknowledges.
    @Test func readsNothingThatReadingChanges() {
        let changed = offsets { $0.access == .clearOnRead || ["SWSM", "EICR"].contains($0.name) }
        let unreadable = offsets { $0.access == .writeOnly }
        #expect(!changed.isEmpty)
        let careful = Set(dump().reads)
        #expect(careful.isDisjoint(with: changed))
        #expect(careful.isDisjoint(with: unreadable))
        let all = Set(dump(all: true).reads)
        #expect(all.isSuperset(of: changed))
        #expect(all.isDisjoint(with: unreadable))
        #expect(all.union(unreadable) == offsets { _ in true })
        #expect(careful.union(changed) == all)
    }

    @Test func eachRegisterIsReadOnce() {
        let reads = dump(all: true).reads
        #expect(Set(reads).count == reads.count)
    }

    @Test func saysWhatItLeavesOut() throws {
        let register = try #require(IXGBERegisters.all.first { $0.access == .clearOnRead })
        #expect(dump([register.name]).text == "\(register.name): not read, reading clears it (--all reads it)\n")
        #expect(dump([register.name]).reads.isEmpty)
        #expect(dump([register.name], json: true).text.isEmpty)
    }

    /// CTRL has one value and named bits. (82599 §8.2.3.1.1)
    @Test func fieldsAreDecoded() throws {
        let bus = ConstantBus(value: 0x0400_0008)
        let text = RegisterDump(includesAll: false, names: ["CTRL"], isJSON: false).text(IXGBERegisters.all, on: bus)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map { String($0) } }
        #expect(lines[0].starts(with: ["CTRL", "0x00000", "0x04000008", "RW"]))
        // Bit 26 is the device reset, bit 3 the link reset, bit 2 the master disable.
        func value(_ bit: String) -> String? { lines.dropFirst().first { $0[$0.count - 2] == bit }?.last }
        #expect(value("26") == "1")
        #expect(value("3") == "1")
        #expect(value("2") == "0")
    }

    /// Registers of an array with the same value share a line; all of them are accounted for.
    @Test func runsOfEqualValuesShareALine() throws {
        let bus = ConstantBus(value: 5)
        let text = RegisterDump(includesAll: false, names: ["RDLEN"], isJSON: false).text(IXGBERegisters.all, on: bus)
        let named = text.split(separator: "\n").filter { $0.hasPrefix("RDLEN") }
        #expect(named.count == 1)
        #expect(named.first?.hasPrefix("RDLEN[0...127]") == true)

        let register = try #require(IXGBERegisters.all.first { $0.name == "RDLEN" })
        let mixed = dump(["RDLEN"]).text.split(separator: "\n").filter { $0.hasPrefix("RDLEN") }
        let values = (0..<register.count).map { RecordingBus.value(register.offset($0)) }
        let runs = zip(values, values.dropFirst()).filter { $0 != $1 }.count + 1
        #expect(mixed.count == runs)
    }

    @Test func jsonIsJSON() throws {
        let (text, reads) = dump(json: true)
        var offsets: [Int] = []
        for line in text.split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let offset = try #require(object["offset"] as? Int)
            offsets.append(offset)
            #expect(object["value"] as? Int == Int(RecordingBus.value(offset)))
            let name = try #require(object["name"] as? String)
            let register = try #require(IXGBERegisters.all.first { $0.name == name })
            #expect(register.offset(try #require(object["index"] as? Int)) == offset)
            let fields = try #require(object["fields"] as? [String: Int])
            #expect(fields.count == register.fields.count)
            for field in register.fields {
                let value = Int(RecordingBus.value(offset)) >> field.lowBit & (1 << field.width - 1)
                #expect(fields[field.name] == value)
            }
        }
        #expect(offsets == reads)
    }

    /// The dump of a fresh model: its address, and the link that is not up yet.
    @Test func showsAModel() throws {
        let nic = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(0x02, 0, 0, 0, 0, 0x5A))
        let text = RegisterDump(includesAll: false, names: ["RAL", "RAH"], isJSON: true)
            .text(IXGBERegisters.all, on: ModelRegisters(nic))
        let first = try #require(text.split(separator: "\n").first { $0.contains("\"RAH\",\"index\":0,") })
        // The last two bytes of the address, the last one higher, and the valid bit.
        #expect(first.contains("\"value\":\(0x8000_5A00 as UInt32),"))
        #expect(nic.violations.isEmpty)
    }
}

/// Registers that all have the same value.
private struct ConstantBus: RegisterBus {
    let value: UInt32
    func read32(at offset: Int) -> UInt32 { value }
    func write32(_ value: UInt32, at offset: Int) {}
    func tail(at offset: Int) -> TailRegister { fatalError("the dump rings no bell") }
}
