// refused: cannot find 'ModelRegisters' in scope
import Ixy
import IxyModels

/// Registers that name memory are written behind the driver's back.
func write(_ card: ModelNIC) { ModelRegisters(card).write32(0x1000, at: 0x6000) }
