// says: Lengths whose sum wraps make a packet of 60,002 bytes in a buffer of 256.
import IxyHardware
import IxyModels

func lengthsAreBelieved() throws {
    let space = IOAddressSpace()
    let pool = try PacketPool(capacity: 64, bufferSize: 256, pages: .small, mapper: space)
    var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: space))
    let descriptors = try DescriptorRing(count: 8, in: &arena)
    var ring = ArmedRing(
        descriptors, try ArmedBuffers(count: 8, pool: pool), lengths: FrameLengths(shortest: 2, longest: .min))
    var batch = PacketBatch(capacity: 8)
    _ = ring.exchange(from: 0, into: &batch) { _ in 60_000 }
    guard let packet = batch.popLast() else { return }
    if packet.count > packet.capacity { print("SHOWN") }
    _ = ring.bufferSize
}
