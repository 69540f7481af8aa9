package import IxyHardware
import IxySystem

/// The source of a device's interrupts: VFIO, or a model.
package protocol InterruptSource: ~Copyable {
    /// How many vectors can be had; 0 where there are none.
    var interruptCount: Int { mutating get }
    /// The file that becomes readable when the device raises vector `vector`, one of `0 ..< interruptCount`. Switches
    /// MSI-X on.
    mutating func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor
}

/// For a device that is only polled.
package struct NoInterrupts: InterruptSource {
    package init() {}
    package var interruptCount: Int { 0 }
    package func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor {
        preconditionFailure("a source without vectors was asked for vector \(vector)")
    }
}
