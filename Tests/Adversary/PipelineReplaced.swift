// traps: Simultaneous accesses
import Ixy
import IxyModels

private final class Box {
    var pipeline: Pipeline?
}

/// A pipeline is dropped in its own turn.
func pipelineReplaced() throws {
    var stage = try Stage()
    let box = Box()
    box.pipeline = try Pipeline(from: &stage.left, to: &stage.right)
    while true {
        stage.step()
        _ = box.pipeline?.run { view in
            box.pipeline = nil
            view[0] = 1
            return .send
        }
    }
}
