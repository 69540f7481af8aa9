import Glibc
import IxyHardware
import IxyModels
import IxySystem
import Synchronization

/// Memory that a device sees in one piece, though no two of its pages are neighbours: as behind an IOMMU.
final class ScatteredMemory: DMAMapper, AddressTranslator {
    private struct State {
        /// Where each page of a device's addresses is, and what may be done there.
        var pages: [UInt64: (place: UInt64, access: DMAAccess)] = [:]
        var pieces: [ForeignMemory] = []
        var next: UInt64 = 0x7000_0000
    }
    let memory = IOAddressSpace()
    private let state = Mutex(State())
    private let access: DMAAccess

    /// - Parameter access: what a device may do with memory that is mapped from here on.
    init(access: DMAAccess = .both) { self.access = access }

    func map(_ mapped: MappedMemory) throws(HardwareError) -> [UInt64] {
        var addresses: [UInt64] = []
        for offset in stride(from: 0, to: mapped.count, by: 4096) {
            let address = state.withLock { state in
                defer { state.next += 4096 }
                return state.next
            }
            // Every second page, from the far end.
            let place = (1 << 40) - address * 2
            let piece = try ForeignMemory.map(
                FileDescriptor(adopting: dup(mapped.descriptor)), at: place, offset: UInt64(offset), count: 4096)
            state.withLock { state in
                state.pages[address] = (place, access)
                state.pieces.append(piece)
            }
            addresses.append(address)
        }
        memory.replaceAll(with: state.withLock { $0.pieces })
        return addresses
    }

    func unmap(_: MappedMemory) {}

    func translate(_ address: UInt64) -> TranslatedRun? {
        let start = address / 4096 * 4096
        return state.withLock { state in
            state.pages[start].map { TranslatedRun(start: start, place: $0.place, count: 4096, access: $0.access) }
        }
    }
}
