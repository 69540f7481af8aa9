import Ixy
import IxyHardware
import IxyModels
import Synchronization

/// A device that does nothing with its queues but to remember them.
final class RecordingDevice: VirtqueueDevice {
    let space = IOAddressSpace()
    let offeredFeatures: VirtIO.Features = [
        .version1, .packedRing, .mergeableBuffers, .multiqueue, .macAddress, .accessPlatform,
    ]
    let queuePairs = 2
    let configuration: [UInt8] = [2, 0, 0, 0, 0, 7, 1, 0]

    private struct Record {
        var vrings: [Int: Vring] = [:]
        var starts = 0
        var position: VringPosition?
    }
    private let record = Mutex(Record())

    func start(_ vring: Vring) {
        record.withLock { record in
            precondition(record.vrings[vring.index] == nil, "started twice")
            record.vrings[vring.index] = vring
            record.starts += 1
        }
    }

    func stop(_ index: Int) -> VringPosition {
        record.withLock { record in
            let vring = record.vrings.removeValue(forKey: index)!
            return record.position ?? vring.position
        }
    }

    /// The queues that it works on.
    var vrings: [Int: Vring] { record.withLock { $0.vrings } }
    var starts: Int { record.withLock { $0.starts } }
    /// Where it says that it would have gone on when it is stopped.
    func pretend(_ position: VringPosition) { record.withLock { $0.position = position } }
}
