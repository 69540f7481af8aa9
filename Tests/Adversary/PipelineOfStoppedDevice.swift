// harmless
import Ixy
import IxyModels

/// A pipeline of queues whose devices have stopped before, and one within a single card.
func pipelineOfStoppedDevice() throws {
    var stage = try Stage(queues: 2)
    guard let input = stage.left.takeReceiveQueue(), let output = stage.left.takeTransmitQueue() else { return }
    var inside = try Pipeline(from: input, to: output)
    guard let input = stage.left.takeReceiveQueue(), let output = stage.right.takeTransmitQueue() else { return }
    try stage.left.stop()
    var across = try Pipeline(from: input, to: output)
    for _ in 0..<100 {
        stage.step()
        inside.run { _ in .send }
        across.run { _ in .send }
    }
    expect(stage.rightCard.violations.isEmpty, "the card was told of what it cannot do")
}
