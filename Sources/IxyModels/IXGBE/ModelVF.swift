package import Ixy
import IxyHardware

/// The registers of a virtual function of a modelled port. (82599 §8.3)
package struct ModelVFRegisters: RegisterBus {
    private let nic: ModelNIC
    private let function: Int

    /// - Parameter function: its number, from 0 on.
    package init(_ nic: ModelNIC, function: Int) {
        precondition(function >= 0 && function < 64, "a port has 64 virtual functions at most")
        self.nic = nic
        self.function = function
    }

    package func read32(at offset: Int) -> UInt32 { nic.control { $0.readVirtual(function, at: offset) } }
    package func write32(_ value: UInt32, at offset: Int) { nic.control { $0.writeVirtual(function, value, at: offset) } }
    package func tail(at offset: Int) -> TailRegister {
        let place = nic.control { $0.windowed(function, offset) }
        precondition(place != nil, "no such queue in the pool")
        return TailRegister(in: nic.doorbells, at: place ?? offset)
    }
}

extension ModelNIC {
    /// A port whose physical function is driven by the model itself, and serves virtual functions.
    ///
    /// - Parameters:
    ///   - space: what the virtual functions reach.
    ///   - macAddress: the port's own address.
    ///   - virtualAddresses: the address of each virtual function, at most 63.
    package convenience init(
        space: IOAddressSpace, macAddress: MACAddress, virtualAddresses: [MACAddress]
    ) throws(HardwareError) {
        try self.init(space: space, macAddress: macAddress)
        control { $0.startPhysicalFunction(PhysicalFunction(addresses: virtualAddresses)) }
    }

    /// A reset of a virtual function that comes over the bus.
    package func resetVirtualFunction(_ function: Int) { control { $0.resetVirtual(function, overBus: true) } }
}
