import Foundation
import IxyHardware
import Synchronization
import Testing

@testable import IxyModels

/// The guest's IOMMU, whose tables are written here word by word. (VT-d 3.3 §9)
@Suite struct RemappingUnitTests {
    /// A guest's memory, and its IOMMU: tables of three levels for device 00:04.0 in pages 0 to 4, and its interrupts in
    /// page 5.
    private struct Guest {
        let addresses: DeviceAddresses
        let memory: DMAMemory
        let qtest: FakeQTest
        static let source: UInt16 = 4 << 3

        init(status: UInt32 = 1 << 31 | 1 << 25, source: UInt16 = Guest.source) throws {
            qtest = try FakeQTest()
            addresses = DeviceAddresses(unit: RemappingUnit(qtest.qtest), source: source)
            memory = try DMAMemory(count: 16 * 4096, pages: .small, mapper: addresses.memory)
            qtest.set(0x1C, UInt64(status))
            qtest.set(0x20, page(0))
            // 2^(7 + 1) entries, in units of 16 bytes.
            qtest.set(0xB8, page(5) | 7)
            put(page(0), page(1) | 1)
            put(page(1) + UInt64(Guest.source) * 16, page(2) | 1)
            put(page(1) + UInt64(Guest.source) * 16 + 8, 1)
            put(page(2), page(3) | 3)
            put(page(3), page(4) | 3)
        }

        func page(_ number: Int) -> UInt64 { memory.pageAddresses[number] }

        func put(_ address: UInt64, _ value: UInt64) {
            var port = DMAPort(addresses.memory)
            let isMapped = port.store64(value, at: address)
            precondition(isMapped)
        }

        /// Maps page `number` of the device's addresses: to page `target`, for reading (1) and writing (2).
        func map(_ number: Int, to target: Int, _ bits: UInt64 = 3) { put(page(4) + UInt64(number) * 8, page(target) | bits) }
    }

    @Test func anAddressIsWhatTheTablesSay() throws {
        let guest = try Guest()
        guest.map(1, to: 8)
        guest.map(2, to: 10)
        guest.map(3, to: 11)
        let first = try #require(guest.addresses.translate(0x1238))
        #expect(first == TranslatedRun(start: 0x1000, place: guest.page(8), count: 4096))
        #expect(guest.addresses.translate(0x2000)?.count == 8192, "neighbours in memory, too")
        #expect(guest.addresses.translate(0x4000) == nil)
        #expect(guest.addresses.translate(1 << 39) == nil, "beyond three levels")
        // A page of 2 MiB ends the walk early. (VT-d 3.3 §9.8)
        guest.put(guest.page(3) + 8, 0x60_0000 | 1 << 7 | 3)
        #expect(guest.addresses.translate(0x20_1000) == TranslatedRun(start: 0x20_0000, place: 0x60_0000, count: 2 << 20))
    }

    @Test func whatATableForbidsNoPageBelowItAllows() throws {
        let guest = try Guest()
        guest.map(1, to: 8)
        guest.map(2, to: 9, 1)
        #expect(guest.addresses.translate(0x1000)?.access == .both)
        #expect(guest.addresses.translate(0x1000)?.count == 4096, "the neighbour may only be read")
        #expect(guest.addresses.translate(0x2000)?.access == .read)
        guest.put(guest.page(3), guest.page(4) | 2)
        #expect(guest.addresses.translate(0x1000)?.access == .write)
        guest.put(guest.page(4) + 16, guest.page(9) | 1)
        #expect(guest.addresses.translate(0x2000)?.access == [], "one table allows reading, the other one writing")
    }

    @Test func aDeviceWithoutATableReachesNothing() throws {
        let guest = try Guest(source: 5 << 3)
        #expect(guest.addresses.translate(0x1000) == nil)
        // Type 2 passes everything through. (VT-d 3.3 §9.3)
        guest.put(guest.page(1) + UInt64(6 << 3) * 16, 2 << 2 | 1)
        #expect(guest.addresses.translate(0x1000) == nil, "that was another device's")
        guest.put(guest.page(1) + UInt64(5 << 3) * 16, 2 << 2 | 1)
        #expect(guest.addresses.translate(0x1000)?.place == 0)
        #expect(try Guest(status: 0).addresses.translate(0x1000)?.count == 1 << 52, "the unit is off")
    }

    /// An entry's source is checked. (VT-d 3.3 §5.1, §9.10)
    @Test func aMessageGoesWhereItsEntrySays() throws {
        func entry(_ guest: Guest, _ number: Int, _ low: UInt64, source: UInt16 = Guest.source) {
            guest.put(guest.page(5) + UInt64(number) * 16, low)
            guest.put(guest.page(5) + UInt64(number) * 16 + 8, 1 << 18 | UInt64(source))
        }
        let guest = try Guest()
        let low: UInt64 = 2 << 40 | 0x41 << 16 | 1
        entry(guest, 3, low)
        entry(guest, 4, low, source: 5 << 3)
        entry(guest, 5, low & ~1)
        entry(guest, 255, low | 1 << 3 | 1 << 2)
        func remap(_ index: UInt64, data: UInt32 = 0, _ bits: UInt64 = 1 << 4) -> [UInt64]? {
            guest.addresses.remap((0xFEE0_0000 | index << 5 | bits, data)).map { [$0.address, UInt64($0.data)] }
        }
        #expect(remap(3) == [0xFEE0_2000, 0x41])
        #expect(remap(0, data: 3, 1 << 4 | 1 << 3) == [0xFEE0_2000, 0x41], "the data names the entry")
        #expect(remap(255) == [0xFEE0_200C, 0x41])
        #expect(remap(4) == nil, "the entry is another device's")
        #expect(remap(5) == nil, "the entry is not there")
        #expect(remap(256) == nil, "beyond the table")
        #expect(remap(3, 0) == nil, "a message of the old kind")
        // A table that ends beyond the last address. The register is read anew after a while.
        let high = try Guest()
        high.qtest.set(0xB8, 0xFFFF_FFFF_FFFF_F000 | 15)
        for index: UInt64 in [0, 254, 255, 256, 0x7FFF] {
            #expect(high.addresses.remap((0xFEE0_0000 | index << 5 | 1 << 4, 0)) == nil)
        }
        #expect(high.addresses.remap((0xFEE0_001C | 0x7FFF << 5, 0xFFFF)) == nil)
        let off = try Guest(status: 0)
        #expect(off.addresses.remap((0xFEE0_1000, 0x23)).map { $0.address } == 0xFEE0_1000)
    }
}

/// QEMU's test socket, of which a thread answers reads of registers.
final class FakeQTest: Sendable {
    let qtest: QTest
    private let registers: Registers

    /// The value at each offset of the IOMMU's registers.
    private final class Registers: Sendable {
        private let values = Mutex<[UInt64: UInt64]>([:])
        subscript(offset: UInt64) -> UInt64 {
            get { values.withLock { $0[offset] ?? 0 } }
            set { values.withLock { $0[offset] = newValue } }
        }
    }

    init() throws {
        let pair = try UnixSocket.pair()
        qtest = QTest(pair.own)
        registers = Registers()
        let other = FileHandle(fileDescriptor: dup(pair.other.rawValue), closeOnDealloc: true)
        Thread { [registers] in
            var input = ""
            while true {
                let bytes = other.availableData
                guard !bytes.isEmpty else { return }
                input += String(decoding: bytes, as: UTF8.self)
                while let end = input.firstIndex(of: "\n") {
                    let words = input[..<end].split(separator: " ")
                    input.removeSubrange(...end)
                    let address = words.count > 1 ? UInt64(words[1].dropFirst(2), radix: 16) ?? 0 : 0
                    let value = registers[address &- 0xFED9_0000]
                    let answer = words.first?.hasPrefix("read") ?? false ? "OK 0x\(String(value, radix: 16))\n" : "OK\n"
                    try? other.write(contentsOf: Data(answer.utf8))
                }
            }
        }.start()
    }

    func set(_ offset: UInt64, _ value: UInt64) { registers[offset] = value }
}
