public import IxyHardware
import IxySystem
import Synchronization

/// A device whose DMA goes through an `IOAddressSpace`.
package protocol DMADevice: AnyObject, Sendable {
    /// Returns when all DMA has ended that was checked before the call.
    func finishDMA()
}

/// The addresses at which a model of a device reaches memory: what an IOMMU is to hardware.
///
/// Addresses are unlike any pointer, and between two mappings lies a gap, so that a driver that hands out a
/// pointer, or a device address one past its memory, is caught.
public final class IOAddressSpace: DMAMapper {
    private struct AttachedDevice {
        weak var device: (any DMADevice)?
    }

    private struct State {
        var windows: [DMAWindow] = []
        var devices: [AttachedDevice] = []
        var next: UInt64
    }

    /// Far below all that the kernel gives a process of 64 bits, and above all that fits in 32.
    package static let firstAddress: UInt64 = 0x0A5_0000_0000
    /// Unmapped bytes between two mappings, at least.
    package static let gap: UInt64 = 0x20_0000

    private let state = Mutex(State(next: firstAddress))
    /// The translator between these addresses and memory, if there is one.
    private let translator: (any AddressTranslator)?
    private let changes = Atomic<UInt64>(0)

    public init() { translator = nil }

    /// The addresses of a device behind an IOMMU: `translator` says what they are in its `memory`.
    package init(behind translator: any AddressTranslator) { self.translator = translator }

    package func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        let page = UInt64(memory.pageSize)
        let start = state.withLock { state in
            let start = (state.next + page - 1) / page * page
            state.windows.append(DMAWindow(start: start, MemoryWindow(memory, count: memory.count)))
            state.next = start + UInt64(memory.count) + IOAddressSpace.gap
            return start
        }
        return (0..<memory.count / memory.pageSize).map { start + UInt64($0) * page }
    }

    /// Ends a mapping. When this returns no device reaches the memory any more, as with an IOMMU whose cache of
    /// translations was flushed; so it must not be called from within a device's own step.
    package func unmap(_ memory: MappedMemory) {
        let devices = state.withLock { state in
            state.windows.removeAll { $0.memory.memory === memory }
            changes.wrappingAdd(1, ordering: .releasing)
            return state.devices.compactMap(\.device)
        }
        for device in devices { device.finishDMA() }
    }

    /// Names a device which looks at the map once for many accesses; `unmap` waits for it.
    package func attach(_ device: any DMADevice) {
        state.withLock { state in
            state.devices.removeAll { $0.device == nil }
            state.devices.append(AttachedDevice(device: device))
        }
    }

    /// Maps `pieces` at the addresses that they bring, in place of all that was mapped before. They do not overlap.
    package func replaceAll(with pieces: [ForeignMemory]) {
        state.withLock { state in
            state.windows = pieces.map { DMAWindow(start: $0.address, $0.memory) }
            changes.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// How many pieces of memory are mapped now: none once all devices have stopped and all packets are gone.
    public var mappedCount: Int { state.withLock { $0.windows.count } }

    /// Makes ports look anew, as earlier translations may not hold any more.
    package func forgetTranslations() { changes.wrappingAdd(1, ordering: .releasing) }

    /// Whether all of `range` lies in one piece of memory that is mapped now.
    package func contains(_ range: Range<UInt64>) -> Bool {
        if translator != nil {
            // Pages that are neighbours here may not be so in memory.
            var position = range.lowerBound
            while position < range.upperBound {
                guard let found = window(containing: position) else { return false }
                position = found.start + UInt64(found.count)
            }
            return true
        }
        guard let found = window(containing: range.lowerBound) else { return false }
        return range.upperBound - found.start <= UInt64(found.count)
    }

    /// How often something was unmapped: what a port has remembered holds as long as this stays the same.
    var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The windows that cover the `count` bytes at `address`; nil unless `access` is allowed to all of them.
    func windows(_ address: UInt64, count: Int, for access: DMAAccess) -> [DMAWindow]? {
        var found: [DMAWindow] = []
        var position = address
        let (end, isTooLarge) = address.addingReportingOverflow(UInt64(count))
        guard !isTooLarge else { return nil }
        while position < end {
            guard let next = window(containing: position), next.access.isSuperset(of: access) else { return nil }
            found.append(next)
            position = next.start + UInt64(next.count)
        }
        return found
    }

    /// The window that is mapped at `address`.
    func window(containing address: UInt64) -> DMAWindow? {
        if let translator { return translated(address, by: translator) }
        return state.withLock { state in state.windows.first { $0.contains(address) } }
    }

    /// The run of translated addresses around `address`, as far as it lies in one piece of memory.
    private func translated(_ address: UInt64, by translator: any AddressTranslator) -> DMAWindow? {
        guard let run = translator.translate(address), address >= run.start, address - run.start < run.count,
            // An address that is aligned in one is aligned in the other.
            (run.start ^ run.place) & 4095 == 0,
            let found = translator.memory.window(containing: run.place + (address - run.start))
        else { return nil }
        // The part of the run that lies inside of what was found there.
        let first = max(run.place, found.start)
        let end = min(run.place + run.count, found.start + UInt64(found.count))
        return DMAWindow(
            start: run.start + (first - run.place),
            found.memory.extracting(from: Int(first - found.start), count: Int(end - first)), run.access)
    }
}

/// The accesses that a device may make to memory, or makes.
package struct DMAAccess: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let read = DMAAccess(rawValue: 1 << 0)
    package static let write = DMAAccess(rawValue: 1 << 1)
    package static let both: DMAAccess = [.read, .write]
}

/// A translator of a device's addresses into those of memory, such as an IOMMU.
package protocol AddressTranslator: Sendable {
    /// The memory behind it.
    var memory: IOAddressSpace { get }
    /// The consecutive addresses around `address`, and where they lie in memory; nil if a device must not go there.
    func translate(_ address: UInt64) -> TranslatedRun?
}

/// `count` addresses from `start` on are those from `place` on. No sum overflows.
package struct TranslatedRun: Sendable, Equatable {
    package let start: UInt64
    package let place: UInt64
    package let count: UInt64
    /// The accesses that a device may make there.
    package let access: DMAAccess

    package init(start: UInt64, place: UInt64, count: UInt64, access: DMAAccess = .both) {
        precondition(count <= .max - start && count <= .max - place, "a run of addresses ends beyond the last one")
        self.start = start
        self.place = place
        self.count = count
        self.access = access
    }
}
