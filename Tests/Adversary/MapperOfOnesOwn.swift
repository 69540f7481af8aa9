// refused: inaccessible
import Ixy
import IxyHardware
import IxyModels

/// Says which addresses the device is told of.
final class Liar: DMAMapper {
    func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] { [0x1000] }
    func unmap(_ memory: MappedMemory) {}
}
