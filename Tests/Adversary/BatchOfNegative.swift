// traps: a batch holds 1 to 65536 packets
import Ixy
import IxyModels

/// A batch with less than no room.
func batchOfNegative() throws { print(PacketBatch(capacity: .min).room) }
