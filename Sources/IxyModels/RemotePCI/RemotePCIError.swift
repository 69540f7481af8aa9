package import IxyHardware

/// An error between a virtual machine and a device that we serve to it.
package enum RemotePCIError: Error, Equatable, Sendable, CustomStringConvertible {
    /// QEMU sent what its protocol does not have.
    case malformed(String)
    /// QEMU has ended, or has let go of the device.
    case closed
    case socket(SocketError)

    package var description: String {
        switch self {
        case .malformed(let what): "QEMU sent \(what); use QEMU 7.2, whose remote-PCI protocol this is"
        case .closed: "QEMU has ended; look at its messages"
        case .socket(let error): error.description
        }
    }
}
