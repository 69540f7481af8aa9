// refused: cannot find type 'DMAMapper' in scope
import Ixy

/// A mapper of one's own tells of two addresses for a pool of many pages, or of other memory.
final class Liar: DMAMapper {
    func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] { [0x1000, 0x5000] }
    func unmap(_ memory: MappedMemory) {}
}
