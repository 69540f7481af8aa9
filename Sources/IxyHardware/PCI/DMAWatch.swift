/// Who ends the DMA of devices without an IOMMU, should this process end without having done so: `DMAGuard`.
package protocol DMAWatch: AnyObject, Sendable {
    /// The device is about to do DMA.
    ///
    /// - Parameters:
    ///   - lock: the file whose lock keeps other processes away from it.
    ///   - calm: its command register without DMA.
    func watch(_ device: PCIDevice, lock: CInt, calm: ConfigSpace.Command) throws(HardwareError)
    /// The device does no DMA any more.
    func forget(_ device: PCIDevice)
    /// Devices are about to get the addresses of `memory`.
    func keep(_ memory: MappedMemory) throws(HardwareError)
    /// No device has the addresses of `memory` any more.
    func letGo(_ memory: MappedMemory)
}
