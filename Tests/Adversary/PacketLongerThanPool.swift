// traps: the packet does not fit in a buffer of the pool
import Ixy
import IxyModels

/// Makes a packet of more than a buffer.
func packetLongerThanPool() throws {
    let stage = try Stage()
    let pool = try stage.left.makePool(capacity: 8)
    print(pool.makePacket(count: pool.bufferSize + 1) == nil)
}
