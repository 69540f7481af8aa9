// refused: lifetime-dependent value escapes its scope
import Ixy

/// An object can live for ever.
final class Keeper {
    var bytes: RawSpan? = nil
}
