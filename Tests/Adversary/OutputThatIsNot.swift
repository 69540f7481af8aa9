// traps: the pipeline has no output
import Ixy
import IxyModels

/// Sends to an output that is not there.
func outputThatIsNot() throws {
    var stage = try Stage()
    var pipeline = try Pipeline(from: &stage.left, to: &stage.right)
    while true {
        stage.step()
        pipeline.run { _ in .send(to: 7) }
    }
}
