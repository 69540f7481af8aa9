import Ixy
import IxyHardware
import IxyModels
import Synchronization

/// A device that only looks on.
final class Spectator: VirtqueueDevice {
    let space = IOAddressSpace()
    let offeredFeatures: VirtIO.Features = [.version1, .packedRing, .mergeableBuffers, .multiqueue, .inOrder]
    let queuePairs = 2
    let configuration: [UInt8] = []
    private let running = Mutex<[Int: Vring]>([:])

    func start(_ vring: Vring) { running.withLock { $0[vring.index] = vring } }
    func stop(_ index: Int) -> VringPosition { running.withLock { $0.removeValue(forKey: index)!.position } }
    var vrings: [Int: Vring] { running.withLock { $0 } }
}

/// Serves a front-end until it has made buffers available on every queue and has gone again.
func backEnd(_ path: String, isServer: Bool, queues: Int) throws {
    let device = Spectator()
    // DPDK's front-end does not seal its memory.
    let backEnd = try VhostUserBackend(device, path: path, isServer: isServer, allowsUnsealed: true)
    backEnd.run()
    defer { backEnd.stop() }
    say("listening")
    try wait(for: "\(queues) queues of a front-end") { device.vrings.count == queues }
    var port = DMAPort(device.space)
    for (index, vring) in device.vrings.sorted(by: { $0.key < $1.key }) {
        let isPacked = vring.features.contains(.packedRing)
        // The first descriptor, or the index of the available ring.
        let place = isPacked ? vring.layout.descriptors + 8 : vring.layout.driverArea
        try wait(for: "a buffer in queue \(index)") {
            guard let word = port.load64(at: place) else { throw Failure(description: "queue \(index) is nowhere") }
            return isPacked ? word >> 55 & 1 == 1 : word >> 16 & 0xFFFF != 0
        }
        say("ok: queue \(index), \(isPacked ? "packed" : "split"), \(vring.layout.size) descriptors")
    }
    try wait(for: "the front-end to leave") { device.vrings.isEmpty && !backEnd.isConnected }
    try demand(backEnd.problems.isEmpty, "\(backEnd.problems)")
    say("ok: it has gone")
}
