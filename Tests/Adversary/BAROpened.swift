// refused: cannot find 'VFIODevice' in scope
import Ixy

/// A card's registers are mapped without its driver.
func open(_ space: VFIOSpace) throws { _ = try VFIODevice.open("0000:03:00.0", in: space).map(bar: 0) }
