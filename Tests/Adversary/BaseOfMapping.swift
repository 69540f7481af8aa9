// refused: cannot find type 'MappedMemory' in scope
import Ixy

/// Where mapped memory is.
func place(_ memory: MappedMemory) -> UInt { UInt(bitPattern: memory.base) }
