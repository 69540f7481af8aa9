public import Synchronization

extension TailRegister {
    /// The value that was last written. For the device's side of a doorbell in shared memory.
    @inlinable
    package func read() -> UInt32 {
        // Sound: see `init`.
        unsafe register.pointee.load(ordering: .acquiring)
    }
}
