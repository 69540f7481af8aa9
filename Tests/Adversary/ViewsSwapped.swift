// refused: requires
import Ixy

/// The views of two pipelines change places: then a buffer of one pool would have the length of another's.
func exchange(_ left: inout Pipeline, _ right: inout Pipeline) {
    left.run { first in
        right.run { second in
            swap(&first, &second)
            return .send
        }
        return .send
    }
}
