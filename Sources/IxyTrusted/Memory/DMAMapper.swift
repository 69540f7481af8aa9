package import IxySystem

/// A mapper that makes memory reachable for a device, and tells at which addresses: the physical memory map, an IOMMU
/// through VFIO, or the checked address map of a model.
package protocol DMAMapper: AnyObject, Sendable {
    /// The identity of its address space: the same number must not mean two things to one device.
    var space: ObjectIdentifier { get }
    /// Lets the device reach `memory` until `unmap`.
    ///
    /// - Returns: the device's address (IOVA or physical) of each of its pages of `memory.pageSize` bytes, in order.
    func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64]
    /// Takes `memory` away from the device again.
    func unmap(_ memory: MappedMemory)
}

extension DMAMapper {
    /// Each mapper's addresses are its own.
    package var space: ObjectIdentifier { ObjectIdentifier(self) }
}
