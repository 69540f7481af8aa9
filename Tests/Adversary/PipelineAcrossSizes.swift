// harmless
import Ixy
import IxyModels

/// Views grow as far as they may, in pipelines between devices with buffers of different sizes.
func pipelineAcrossSizes() throws {
    for mtus in [(9000, 1500), (1500, 9000), (9000, 9000)] {
        var stage = try Stage(mtus: mtus)
        var pipeline = try Pipeline(from: &stage.left, to: &stage.right)
        var turn = 0
        for _ in 0..<100 {
            stage.step()
            pipeline.run { view in
                turn += 1
                view.resize(to: [view.capacity, 0, 16, 17, 9724 < view.capacity ? 9725 : 60][turn % 5])
                view.fill(with: 1)
                return turn % 7 == 0 ? .drop : .send
            }
        }
        expect(stage.rightCard.violations.isEmpty, "the card was told of what it cannot do")
    }
}
