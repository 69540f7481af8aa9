// error: 'batch' consumed more than once
// There is no second handle to the same packets.
import Ixy

func copy() {
    let batch = PacketBatch(capacity: 32)
    let first = batch
    #if !TWIN
    let second = batch
    _ = second.count
    #endif
    _ = first.count
}
