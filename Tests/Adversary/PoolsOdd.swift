// harmless
import Ixy
import IxyModels

/// Pools of no size are refused with an error, and one of a single buffer works.
func poolsOdd() throws {
    var stage = try Stage()
    for capacity in [0, -1, .min, 1 << 40] {
        do { expect(try stage.left.makePool(capacity: capacity).free > 0, "an odd pool") } catch {}
    }
    var batch = PacketBatch(capacity: 16)
    for _ in 0..<100 {
        let pool = try stage.left.makePool(capacity: 1)
        pool.fill(&batch, upTo: -5, count: 60)
        pool.fill(&batch, count: 60)
        stage.left.transmit(&batch)
        stage.step()
    }
}
