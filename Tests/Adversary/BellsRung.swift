// refused: 'doorbells' is inaccessible due to 'package' protection level
import Ixy
import IxyModels

/// The bells of a card are rung with any numbers while its driver runs.
func bellsRung(_ card: ModelNIC) { card.doorbells.store(63, at: 0x6018) }
