import Foundation
package import IxyHardware
package import IxySystem
package import Synchronization

/// A kernel with VFIO, for a device of a `FakeTree`: answers calls as Linux does, in the order that Linux demands.
///
/// BAR 0 is the file's first 8 KiB, the configuration space lies behind it.
package final class FakeVFIO: VFIOKernel {
    package struct State {
        /// Each call, such as `setIOMMU 3`.
        package var log: [String] = []
        /// The memory that the devices reach: address and length.
        package var mapped: [UInt64: UInt64] = [:]
        /// The addresses that the IOMMU can translate; none for a kernel that does not say.
        package var ranges: [ClosedRange<UInt64>] = []
        /// The eventfds of the vectors; -1 for none.
        package var vectors: [CInt] = []
        package var vectorCount = 3
        package var isViable = true
        package var hasContainer = false
        package var hasIOMMU = false
        package var hasType1v2 = true
        package var isBound = false
        package var isAttached = false
        /// The `errno` of calls that fail.
        package var failures: [IOControl: Int32] = [:]
        package var canMapBARs = true
        /// Only a part of BAR 0 can be mapped.
        package var isSparse = false
        package var barCount: UInt64 = 8192
    }

    package let state = Mutex(State())
    package let tree: FakeTree
    package let files = DeviceFiles()
    package var root: String { tree.root + "/dev" }
    package static let configOffset = 1 << 20

    package func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    package func get<Value: Sendable>(_ read: (State) -> Value) -> Value { state.withLock { read($0) } }

    /// A NIC at 0000:03:00.0 in group 27 that vfio-pci has.
    package init(isNew: Bool = false) throws {
        tree = try FakeTree()
        let folder = try tree.addNIC()
        try tree.addDriver("vfio-pci")
        try tree.setDriver("vfio-pci")
        try tree.link(folder + "/iommu_group", to: "../../../kernel/iommu_groups/27")
        try tree.write("", "dev/vfio/vfio")
        try tree.write("", "dev/vfio/27")
        try tree.write(bytes: [UInt8](repeating: 0, count: Self.configOffset + 256), "dev/device")
        if isNew {
            try tree.write("", "dev/iommu")
            try tree.write("", folder + "/vfio-dev/vfio3/dev")
            // The device's own file is at once what shows its regions.
            try tree.write(bytes: [UInt8](repeating: 0, count: Self.configOffset + 256), "dev/vfio/devices/vfio3")
        }
    }

    package func call(_ call: IOControl, on file: CInt, number: CInt) throws(ErrorNumber) -> Int {
        try answer(call, "\(number)") { state in
            switch call {
            case .getAPIVersion: return 0
            case .checkExtension: return number == 3 && state.hasType1v2 || number == 1 ? 1 : 0
            case .setIOMMU:
                guard state.hasContainer, number == (state.hasType1v2 ? 3 : 1) else { return -22 }
                state.hasIOMMU = true
                return 0
            default: return -25
            }
        }
    }

    package func call(
        _ call: IOControl, on file: CInt, _ argument: inout KernelStructure, memory: MappedMemory?
    ) throws(ErrorNumber) -> Int {
        var bytes = argument
        let count = UInt64(memory?.count ?? 0)
        let result = try answer(call, "") { state in
            switch call {
            case .getGroupStatus:
                bytes.store(UInt32(state.isViable ? 1 : 0), at: 4)
                return 0
            case .setContainer:
                guard !state.hasContainer else { return -22 }
                state.hasContainer = true
                return 0
            case .getDevice:
                guard state.hasIOMMU, bytes.bytes == [UInt8]("0000:03:00.0".utf8) + [0] else { return -22 }
                return Int((try? FileDescriptor(path: "\(root)/device", O_RDWR))?.leave() ?? -1)
            case .getIOMMUInfo: return Self.describeIOMMU(state, &bytes)
            case .mapDMA:
                guard state.hasIOMMU, bytes.load(UInt32.self, at: 4) == 3 else { return -22 }
                return Self.map(&state, bytes.load(at: 16), count)
            case .unmapDMA:
                return state.mapped.removeValue(forKey: bytes.load(at: 8)) == bytes.load(at: 16) ? 0 : -22
            case .allocateIOAS:
                bytes.store(UInt32(77), at: 8)
                return 0
            case .bindToIOMMUFD:
                guard bytes.load(Int32.self, at: 8) >= 0 else { return -9 }
                state.isBound = true
                return 0
            case .attachToIOAS:
                guard state.isBound, bytes.load(UInt32.self, at: 8) == 77 else { return -22 }
                state.isAttached = true
                return 0
            case .mapIOAS:
                guard bytes.load(UInt32.self, at: 4) == 6, bytes.load(UInt32.self, at: 8) == 77 else { return -22 }
                let address = UInt64(0x100_0000 * (state.mapped.count + 1))
                bytes.store(address, at: 32)
                return Self.map(&state, address, count)
            case .unmapIOAS:
                return state.mapped.removeValue(forKey: bytes.load(at: 8)) == bytes.load(at: 16) ? 0 : -2
            case .getRegionInfo: return Self.describeRegion(state, &bytes)
            case .getInterruptInfo:
                bytes.store(UInt32(1 | 8), at: 4)
                bytes.store(UInt32(bytes.load(UInt32.self, at: 8) == 2 ? state.vectorCount : 1), at: 12)
                return 0
            case .setInterrupts: return Self.setInterrupts(&state, bytes)
            default: return -25
            }
        }
        argument = bytes
        return result
    }

    /// Returns the value of `body`; throws where that is a negated `errno`.
    private func answer(
        _ call: IOControl, _ detail: String, _ body: (inout State) -> Int
    ) throws(ErrorNumber) -> Int {
        let result = state.withLock { state in
            state.log.append(detail.isEmpty ? "\(call)" : "\(call) \(detail)")
            return state.failures[call].map { -Int($0) } ?? body(&state)
        }
        guard result >= 0 else { throw ErrorNumber(CInt(-result)) }
        return result
    }

    private static func map(_ state: inout State, _ address: UInt64, _ count: UInt64) -> Int {
        guard !state.mapped.contains(where: { $0.key < address + count && address < $0.key + $0.value }) else { return -17 }
        state.mapped[address] = count
        return 0
    }

    private static func describeIOMMU(_ state: State, _ bytes: inout KernelStructure) -> Int {
        let needed = state.ranges.isEmpty ? 24 : 24 + 8 + 16 + 16 * state.ranges.count
        let room = bytes.bytes.count
        bytes.store(UInt32(needed), at: 0)
        guard room >= needed, !state.ranges.isEmpty else { return 0 }
        bytes.store(UInt32(2), at: 4)
        bytes.store(UInt32(24), at: 16)
        // Another capability first: 8 bytes with id 9.
        bytes.store(UInt16(9), at: 24)
        bytes.store(UInt32(32), at: 28)
        bytes.store(UInt16(1), at: 32)
        bytes.store(UInt32(state.ranges.count), at: 40)
        for (index, range) in state.ranges.enumerated() {
            bytes.store(range.lowerBound, at: 48 + 16 * index)
            bytes.store(range.upperBound, at: 56 + 16 * index)
        }
        return 0
    }

    private static func describeRegion(_ state: State, _ bytes: inout KernelStructure) -> Int {
        let index = bytes.load(UInt32.self, at: 8)
        let room = bytes.bytes.count
        switch index {
        case 0:
            bytes.store(UInt32(3 | (state.canMapBARs ? 4 : 0)), at: 4)
            bytes.store(state.barCount, at: 16)
            bytes.store(UInt64(0), at: 24)
            guard state.isSparse else { return 0 }
            bytes.store(UInt32(40), at: 0)
            bytes.store(bytes.load(UInt32.self, at: 4) | 8, at: 4)
            guard room >= 40 else { return 0 }
            bytes.store(UInt32(32), at: 12)
            bytes.store(UInt16(1), at: 32)
        case 7:
            bytes.store(UInt32(3), at: 4)
            bytes.store(UInt64(256), at: 16)
            bytes.store(UInt64(configOffset), at: 24)
        default: bytes.store(UInt64(0), at: 16)
        }
        return 0
    }

    private static func setInterrupts(_ state: inout State, _ bytes: KernelStructure) -> Int {
        let start = Int(bytes.load(UInt32.self, at: 12))
        let count = Int(bytes.load(UInt32.self, at: 16))
        // As kernels before 6.5: the first call says how many there are.
        if state.vectors.isEmpty { state.vectors = [CInt](repeating: -1, count: start + count) }
        guard bytes.load(UInt32.self, at: 4) == 36, bytes.load(UInt32.self, at: 8) == 2,
            bytes.bytes.count == 20 + 4 * count, start + count <= state.vectors.count
        else { return -22 }
        for index in 0..<count { state.vectors[start + index] = bytes.load(at: 20 + 4 * index) }
        return 0
    }
}
