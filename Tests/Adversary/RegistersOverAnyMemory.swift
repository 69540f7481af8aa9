// refused: cannot find 'MappedRegisters' in scope
import Ixy
import IxyModels

/// Any memory is taken for a card's registers.
func registers(_ card: ModelNIC) -> UInt32 { MappedRegisters(card.doorbells).read32(at: 0) }
