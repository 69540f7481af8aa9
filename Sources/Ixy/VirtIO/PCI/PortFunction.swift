package import IxyHardware
import IxySystem

extension VirtIO {
    /// A real PCI function, as a transport uses it.
    package struct PortFunction: PCIFunction, ~Copyable {
        private let port: PCIPort
        private var interrupts: PortInterrupts

        package init(_ port: consuming PCIPort) throws(IxyError) {
            interrupts = try PortInterrupts(of: port)
            self.port = port
        }

        package var isBehindIOMMU: Bool { port.isBehindIOMMU }
        package func enableDMA() throws(HardwareError) { try port.enableDMA() }
        package var interruptCount: Int { interrupts.interruptCount }
        package mutating func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor { try interrupts.interrupt(vector) }

        package func isMSIXEnabled() throws(HardwareError) -> Bool {
            let id = PCICapability.messageSignalledInterruptsX
            guard let capability = try port.config.capabilities().first(where: { $0.id == id }) else { return false }
            // Message control, bit 15. (PCI 3.0 §6.8.2.3)
            return try port.config.read16(at: capability.offset + 2) & 1 << 15 != 0
        }
    }
}

extension PCIPort {
    /// The `count` bytes at `offset` of BAR `index`.
    package func window(bar index: Int, at offset: Int, count: Int) throws(HardwareError) -> BARWindow {
        switch way {
        case .sysfs(let detached): try detached.claim.window(bar: index, at: offset, count: count, keeper: detached)
        case .vfio(let function): try function.window(bar: index, at: offset, count: count)
        }
    }

    /// Where the VirtIO structures are; nil for a legacy device.
    package func virtIOStructures() throws(IxyError) -> VirtIO.PCIStructures? {
        try VirtIO.PCIStructures.find(in: config, bars: bars)
    }
}
