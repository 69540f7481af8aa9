import IxyHardware
import IxySystem

/// The interrupts of a PCI function, which come through VFIO; without it there are none.
struct PortInterrupts: InterruptSource, ~Copyable {
    private let address: PCIAddress
    private var vectors: VFIOInterrupts?

    init(of port: borrowing PCIPort) throws(IxyError) {
        address = port.device.address
        vectors = try PortInterrupts.vectors(of: port)
    }

    private static func vectors(of port: borrowing PCIPort) throws(IxyError) -> VFIOInterrupts? {
        switch port.way {
        case .sysfs:
            return nil
        case .vfio(let function):
            do throws(HardwareError) {
                return try VFIOInterrupts(of: function)
            } catch {
                throw .hardware(error)
            }
        }
    }

    var interruptCount: Int {
        switch vectors {
        case nil: 0
        case .some(let vectors): vectors.count
        }
    }

    mutating func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor {
        if let file = try vectors?.event(of: vector) { return file }
        throw .device(
            address: "\(address)", problem: "has interrupts only through VFIO", remedy: "bind it: sudo ixy bind \(address)")
    }
}
