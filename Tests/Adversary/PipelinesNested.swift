// harmless
import Ixy
import IxyModels

/// A pipeline runs in another one's turn, and packets of a batch are sent meanwhile.
func pipelinesNested() throws {
    var first = try Stage(queues: 2, mtus: (9000, 9000)), second = try Stage()
    var outer = try Pipeline(from: &first.left, to: &first.right), inner = try Pipeline(from: &second.left, to: &second.right)
    var batch = PacketBatch(capacity: 8)
    for _ in 0..<100 {
        first.step()
        second.step()
        outer.run { view in
            inner.run { other in
                other.copy(view.bytes.extracting(first: min(view.count, other.count)))
                return .send
            }
            view.resize(to: 9000)
            view.fill(with: 5)
            second.left.receive(into: &batch)
            return .send
        }
    }
}
