package import IxyHardware

extension VirtIO {
    /// Where a modern device has its registers, as its capabilities say, checked. (VirtIO 1.2 §4.1.4)
    package struct PCIStructures: Sendable, Equatable {
        /// A piece of a BAR that was checked to lie inside of it.
        package struct Place: Sendable, Equatable {
            package let bar: Int
            package let offset: Int
            package let count: Int
        }

        /// Features, status and queues. (§4.1.4.3)
        package let common: Place
        /// The queues' bells. (§4.1.4.4)
        package let notify: Place
        /// How far one bell is from the next.
        package let notifyMultiplier: Int
        /// Which interrupt it was, where interrupts are not MSI-X. (§4.1.4.5)
        package let interruptStatus: Place?
        /// The configuration specific to network devices. (§4.1.4.6)
        package let device: Place?

        /// Reads the capabilities of a device; nil where none describes a common configuration: a legacy device.
        ///
        /// The device writes them, so that nothing is believed. The first usable one of each kind counts, and unknown
        /// kinds are passed over, as §4.1.4.1 asks.
        ///
        /// - Throws: `.hardware(.device)` where a structure is described but not usable, or a needed one is missing.
        package static func find(
            in config: borrowing ConfigSpace, bars: [BAR]
        ) throws(IxyError) -> PCIStructures? {
            do throws(HardwareError) {
                var search = Search(address: config.address, bars: bars)
                for capability in try config.capabilities() where capability.id == PCICapability.vendorSpecific {
                    try search.look(at: capability, in: config)
                }
                return try search.result()
            } catch {
                throw .hardware(error)
            }
        }
    }
}

/// `cfg_type` of a capability: the structures that this driver uses. (VirtIO 1.2 §4.1.4)
private enum StructureKind: UInt8, CaseIterable {
    case common = 1
    case notify = 2
    case interruptStatus = 3
    case device = 4

    /// How messages call it.
    var name: String {
        switch self {
        case .common: "common configuration"
        case .notify: "notification structure"
        case .interruptStatus: "interrupt status"
        case .device: "device configuration"
        }
    }

    /// Bytes that the driver needs of it at least.
    var smallest: Int {
        switch self {
        case .common: VirtIO.CommonConfiguration.count
        case .notify: 2
        case .interruptStatus, .device: 1
        }
    }

    /// The alignment of the structure's offset. (VirtIO 1.2 §4.1.4.3.1, §4.1.4.4.1, §4.1.4.6.1)
    var alignment: Int {
        switch self {
        case .common, .device: 4
        case .notify: 2
        case .interruptStatus: 1
        }
    }
}

/// A walk over a device's capabilities.
private struct Search {
    let address: PCIAddress
    let bars: [BAR]
    private var found: [StructureKind: VirtIO.PCIStructures.Place] = [:]
    private var multiplier = 0
    /// Why the last capability of a kind could not be used.
    private var faults: [StructureKind: String] = [:]

    init(address: PCIAddress, bars: [BAR]) {
        self.address = address
        self.bars = bars
    }

    /// Takes what `capability` describes, if it is of a kind that is still looked for and can be used.
    mutating func look(at capability: PCICapability, in config: borrowing ConfigSpace) throws(HardwareError) {
        // `struct virtio_pci_cap`: cap_len at 2, cfg_type at 3, bar at 4, offset at 8, length at 12. Each read once.
        let start = capability.offset
        guard start + 4 <= config.count, let kind = StructureKind(rawValue: try config.read8(at: start + 3)),
            found[kind] == nil
        else { return }
        let length = Int(try config.read8(at: start + 2))
        let needed = kind == .notify ? 20 : 16
        guard length >= needed, start + needed <= config.count else {
            faults[kind] = "its capability has \(length) bytes at 0x\(String(start, radix: 16)) and not \(needed)"
            return
        }
        let place = VirtIO.PCIStructures.Place(
            bar: Int(try config.read8(at: start + 4)), offset: Int(try config.read32(at: start + 8)),
            count: Int(try config.read32(at: start + 12)))
        if let fault = fault(of: place, kind) {
            faults[kind] = fault
            return
        }
        if kind == .notify {
            // 0, one bell for all, or a power of two; an odd distance would not keep bells aligned. (§4.1.4.4)
            let distance = try config.read32(at: start + 16)
            guard distance & 1 == 0, distance & (distance &- 1) == 0 else {
                faults[kind] = "its bells are \(distance) bytes apart"
                return
            }
            multiplier = Int(distance)
        }
        found[kind] = place
    }

    /// Describes what is wrong with a place; nil if nothing is.
    private func fault(of place: VirtIO.PCIStructures.Place, _ kind: StructureKind) -> String? {
        guard let bar = bars.first(where: { $0.index == place.bar }) else {
            return "it lies in BAR \(place.bar), which there is not"
        }
        guard bar.space == .memory else { return "it lies in BAR \(place.bar), which is not memory" }
        guard place.offset % kind.alignment == 0 else {
            return "its offset \(place.offset) is no multiple of \(kind.alignment)"
        }
        guard place.count >= kind.smallest else {
            return "it has \(place.count) bytes, and at least \(kind.smallest) are needed"
        }
        // Neither sum nor difference can overflow: both numbers have 32 bits.
        guard place.offset + place.count <= bar.count else {
            return "it ends at \(place.offset + place.count) of BAR \(place.bar), which has \(bar.count) bytes"
        }
        return nil
    }

    func result() throws(HardwareError) -> VirtIO.PCIStructures? {
        guard found[.common] != nil || faults[.common] != nil else { return nil }
        let common = try needed(.common)
        let notify = try needed(.notify)
        for kind in StructureKind.allCases where found[kind] == nil {
            if let fault = faults[kind] { throw unusable(kind, fault) }
        }
        return VirtIO.PCIStructures(
            common: common, notify: notify, notifyMultiplier: multiplier, interruptStatus: found[.interruptStatus],
            device: found[.device])
    }

    private func needed(_ kind: StructureKind) throws(HardwareError) -> VirtIO.PCIStructures.Place {
        if let place = found[kind] { return place }
        throw unusable(kind, faults[kind] ?? "no capability describes it")
    }

    private func unusable(_ kind: StructureKind, _ fault: String) -> HardwareError {
        .device(
            address: "\(address)", problem: "its VirtIO \(kind.name) cannot be used: \(fault)",
            remedy: "the device is broken or hostile, and cannot be used")
    }
}
