// harmless
import Ixy
import IxyModels

/// Loops over several batches, one in the other.
func batchesNested() throws {
    var stage = try Stage()
    var first = PacketBatch(capacity: 8), second = PacketBatch(capacity: 8)
    for _ in 0..<100 {
        stage.receive(4, into: &first)
        first.forEach { outer in
            stage.receive(2, into: &second)
            second.filter { inner in
                swap(&outer, &inner)
                return inner[0] == 2
            }
            stage.right.transmit(&second)
            outer.fill(with: 2)
        }
        swap(&first, &second)
        first.dropAll()
        second.dropAll()
        first.returnSpares()
    }
}
