// refused: sending 'batch' risks causing data races
import Ixy

/// Two threads use one batch.
func share() async {
    var batch = PacketBatch(capacity: 32)
    async let first: Void = batch.dropAll()
    async let second: Void = batch.returnSpares()
    await first
    await second
}
