// refused: inaccessible
import Ixy
import IxyHardware

/// Where mapped memory is.
func place(_ memory: MappedMemory) -> UInt { UInt(bitPattern: memory.base) }
