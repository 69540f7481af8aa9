// says: Two threads that share a ring, which is Sendable, overwrite each other's words: `claim` needs no exclusive access.
import Foundation
import IxyHardware
import IxyModels
import Synchronization

private final class Shared: Sendable {
    let ring: DescriptorRing
    let isDone = Atomic<Bool>(false)

    init() throws {
        var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: IOAddressSpace()))
        ring = try DescriptorRing(count: 8, in: &arena)
    }
}

func aRingIsSharedByThreads() throws {
    let shared = try Shared()
    Thread.detachNewThread { while !shared.isDone.load(ordering: .relaxed) { shared.ring.claim(8, from: 0) } }
    let end = ContinuousClock.now.advanced(by: .seconds(5))
    while ContinuousClock.now < end {
        shared.ring.store(1, 0, of: 0)
        if shared.ring.load(0, of: 0) == 0 {
            print("SHOWN")
            break
        }
    }
    shared.isDone.store(true, ordering: .relaxed)
}
