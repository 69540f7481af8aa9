// refused: lifetime-dependent
import Ixy

/// The same in the pipelines' own turns.
func exchange(_ left: inout Pipeline, _ right: inout Pipeline) {
    left.run { first in
        right.run { second in
            let third = consume first
            first = consume second
            second = consume third
            return .send
        }
        return .send
    }
}
