// error: 'batch' used after consume
// A batch that was handed on is gone.
import Ixy

func handOn(_ batch: consuming PacketBatch) {}

func use(_ batch: consuming PacketBatch) -> Int {
    #if TWIN
    let count = batch.count
    handOn(batch)
    return count
    #else
    handOn(batch)
    return batch.count
    #endif
}
