// harmless
import Ixy
import IxyModels

/// A pipeline goes on when its devices have stopped, and when they are gone.
func pipelineOutlives() throws {
    var pipeline: Pipeline?
    do {
        var stage = try Stage()
        pipeline = try Pipeline(from: &stage.left, to: &stage.right)
        for round in 0..<100 {
            stage.step()
            _ = pipeline?.run { view in
                view.fill(with: 3)
                return .send
            }
            if round == 50 { try stage.left.stop() }
            if round == 70 { try stage.right.stop() }
        }
    }
    for _ in 0..<100 {
        _ = pipeline?.run { view in
            view.fill(with: 4)
            return .send
        }
        pipeline?.flush()
    }
}
