/// How a driver reaches its device's registers: a mapped BAR, a VFIO region, or a model.
///
/// Drivers are generic over it and specialised for each bus at compile time, so that they cannot tell a model
/// from hardware, and that on hardware an access is one instruction.
/// Offsets are bytes from the start of the BAR. An offset that is outside of it or not aligned is a
/// programming error and traps.
package protocol RegisterBus: ~Copyable, Sendable {
    /// Reads the 32-bit register at `offset`. The read itself may change the device (clear-on-read).
    func read32(at offset: Int) -> UInt32
    /// Writes the 32-bit register at `offset`, after all stores to memory before it.
    func write32(_ value: UInt32, at offset: Int)
    /// The register at `offset` as a doorbell for the hot path: checked once, here, and never again.
    func tail(at offset: Int) -> TailRegister
}
