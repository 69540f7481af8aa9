// error: lifetime-dependent variable 'outer' escapes its scope
// error: lifetime-dependent variable 'inner' escapes its scope
// Nor can those of two pipelines.
import Ixy

func exchange(_ first: inout Pipeline, _ second: inout Pipeline) {
    first.run { outer in
        second.run { inner in
            #if TWIN
            (outer[0], inner[0]) = (inner[0], outer[0])
            #else
            let other = consume outer
            outer = consume inner
            inner = other
            #endif
            return .drop
        }
        return .send
    }
}
