import IxyHardware
import Synchronization

/// The guest's IOMMU, Intel VT-d, whose tables we walk ourselves: QEMU's does not see what another process does to the
/// guest's memory. (VT-d 3.3 §3, §9)
package final class RemappingUnit: Sendable {
    /// The settings in its registers.
    private struct Tables {
        var translates = false
        var remaps = false
        var root: UInt64 = 0
        var interrupts: UInt64 = 0
        var interruptCount = 0
    }
    private struct State {
        var tables: Tables?
        var readAt: UInt64 = 0
    }
    /// Where QEMU's machines have its registers.
    private static let base: UInt64 = 0xFED9_0000

    private let qtest: QTest
    private let state = Mutex(State())

    package init(_ qtest: QTest) { self.qtest = qtest }

    /// Reads the registers anew the next time.
    func forget() { state.withLock { $0.tables = nil } }

    /// After a failed walk: has the guest changed its tables' place since? At most every ten milliseconds.
    func refresh() -> Bool {
        let isOld = state.withLock { MonotonicClock.nanoseconds - $0.readAt > 10_000_000 }
        if isOld { forget() }
        return isOld
    }

    private var tables: Tables {
        if let known = state.withLock({ $0.tables }) { return known }
        var tables = Tables()
        // Bit 31: translation is on, 25: interrupts are remapped. (VT-d 3.3 §11.4.4.2)
        let status = qtest.read32(at: RemappingUnit.base + 0x1C) ?? 0
        tables.translates = status >> 31 & 1 == 1
        tables.remaps = status >> 25 & 1 == 1
        if tables.translates { tables.root = (qtest.read64(at: RemappingUnit.base + 0x20) ?? 0) & ~0xFFF }
        if tables.remaps {
            let value = qtest.read64(at: RemappingUnit.base + 0xB8) ?? 0
            tables.interrupts = value & ~0xFFF
            tables.interruptCount = 2 << Int(value & 15)
        }
        state.withLock { state in
            state.tables = tables
            state.readAt = MonotonicClock.nanoseconds
        }
        return tables
    }

    /// Translates `address` of the device `source`. (VT-d 3.3 §3.4, §3.7)
    func walk(_ address: UInt64, source: UInt16, _ port: inout DMAPort) -> TranslatedRun? {
        let tables = tables
        guard tables.translates else { return RemappingUnit.everything }
        let bus = UInt64(source >> 8), function = UInt64(source & 0xFF)
        guard let root = port.load64(at: tables.root + bus * 16), root & 1 == 1 else { return nil }
        let context = (root & ~0xFFF) + function * 16
        guard let low = port.load64(at: context), let high = port.load64(at: context + 8), low & 1 == 1 else { return nil }
        // Type 2 passes everything through.
        if low >> 2 & 3 == 2 { return RemappingUnit.everything }
        let levels = Int(high & 7) + 2
        guard levels <= 5, var run = page(address, low & ~0xFFF, levels, &port) else { return nil }
        // A ring or a large frame takes more than a page: the neighbours, if they are so in memory, too.
        while run.count < 64 << 10, let next = page(run.start + run.count, low & ~0xFFF, levels, &port),
            next.place == run.place + run.count, next.access == run.access
        {
            run = TranslatedRun(
                start: run.start, place: run.place, count: run.count + next.count, access: run.access)
        }
        return run
    }

    private static let everything = TranslatedRun(start: 0, place: 0, count: 1 << 52)

    /// The page of `address`. (VT-d 3.3 §9.8)
    private func page(_ address: UInt64, _ table: UInt64, _ levels: Int, _ port: inout DMAPort) -> TranslatedRun? {
        guard address >> UInt64(12 + 9 * levels) == 0 else { return nil }
        var table = table
        // Bit 0: read, 1: write; what a table does not allow none below it does.
        var access = DMAAccess.both
        for level in stride(from: levels - 1, through: 0, by: -1) {
            let shift = UInt64(12 + 9 * level)
            guard let entry = port.load64(at: table + (address >> shift & 511) * 8), entry & 3 != 0 else { return nil }
            access.formIntersection(DMAAccess(rawValue: UInt8(entry & 3)))
            let place = entry & 0x000F_FFFF_FFFF_F000
            if level == 0 || entry >> 7 & 1 == 1 {
                let size = UInt64(1) << shift
                return TranslatedRun(start: address & ~(size - 1), place: place & ~(size - 1), count: size, access: access)
            }
            table = place
        }
        return nil
    }

    /// Translates an interrupt message before it reaches a processor; nil if it must not reach one. (VT-d 3.3 §5.1)
    func remap(
        _ address: UInt64, _ data: UInt32, source: UInt16, _ port: inout DMAPort
    ) -> (address: UInt64, data: UInt32)? {
        let tables = tables
        // Bit 4 says that it names an entry of the table.
        guard tables.remaps, address >> 4 & 1 == 1 else { return tables.remaps ? nil : (address, data) }
        var index = Int(address >> 5 & 0x7FFF) | Int(address >> 2 & 1) << 15
        if address >> 3 & 1 == 1 { index += Int(data & 0xFFFF) }
        // The guest chooses the table's place, which may be so high that its entries have none.
        let (entry, isBeyond) = tables.interrupts.addingReportingOverflow(UInt64(index) * 16)
        guard index < tables.interruptCount, !isBeyond,
            let low = port.load64(at: entry), let high = port.load64(at: entry + 8),
            low & 1 == 1
        else { return nil }
        // The device has to be the one that the entry is for. (VT-d 3.3 §9.10)
        if high >> 18 & 3 == 1, UInt16(truncatingIfNeeded: high) != source { return nil }
        let target = 0xFEE0_0000 | (low >> 40 & 0xFF) << 12 | (low >> 3 & 1) << 3 | (low >> 2 & 1) << 2
        return (target, UInt32(truncatingIfNeeded: low >> 16 & 0xFF | (low >> 5 & 7) << 8))
    }
}
