// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var pipeline: Pipeline
    init(_ pipeline: consuming Pipeline) { self.pipeline = pipeline }
}

/// A pipeline runs in its own turn, through an object.
func pipelineReentered() throws {
    var stage = try Stage()
    let box = Box(try Pipeline(from: &stage.left, to: &stage.right))
    while true {
        stage.step()
        box.pipeline.run { view in
            box.pipeline.run { _ in .drop }
            view[0] = 1
            return .send
        }
    }
}
