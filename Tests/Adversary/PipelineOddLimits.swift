// harmless
import Ixy
import IxyModels

/// Pipelines run for less than no packets, and for more than there are.
func pipelineOddLimits() throws {
    var stage = try Stage()
    var pipeline = try Pipeline(from: &stage.left, to: &stage.right)
    for limit in [0, -1, .min, .max, 1, 33] {
        for _ in 0..<50 {
            stage.step()
            pipeline.run(limit: limit) { view in
                view.fill(with: 2)
                return .send
            }
            pipeline.flush()
            pipeline.reclaim()
        }
    }
    expect(stage.recorder.count > 0, "nothing was sent")
}
