// refused: cannot find 'DMAPort' in scope
import Ixy

/// Whatever a device can reach is written, through a port of its address space, while its driver runs.
func scribble(_ space: IOAddressSpace) {
    var port = DMAPort(space)
    for address in 0x0A5_0000_0000..<0x0A5_0200_0000 as Range<UInt64> { _ = port.store64(3, at: address & ~7) }
}
