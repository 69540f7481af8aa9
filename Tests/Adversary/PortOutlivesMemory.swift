// refused: cannot find type 'DMAPort' in scope
import Ixy

/// A ring that a port has found outlives the memory's owner.
func find(_ port: inout DMAPort) -> DeviceRing? { port.ring(at: 0x0A5_0000_0000, count: 256) }
