public import IxyHardware

/// Copies packets for a device that cannot reach the memory in which they lie.
///
/// It belongs to one thread, like a queue.
public struct PacketCopier: ~Copyable, Sendable {
    private let small: PacketPool
    private let large: PacketPool
    /// Packets that were copied.
    public private(set) var copied: UInt64 = 0

    /// Packets that were dropped because something is left to do with them that the device does not do.
    public private(set) var unfinished: UInt64 = 0

    init(small: consuming PacketPool, large: consuming PacketPool) {
        self.small = small
        self.large = large
    }

    /// Moves packets from the front of `source` to the end of `target`, as copies that the device can send. It ends when
    /// `target` is full, or when all buffers are on their way: the rest stays in `source`.
    ///
    /// - Returns: how many came into `target`.
    @discardableResult
    public mutating func copy(_ source: inout PacketBatch, to target: inout PacketBatch) -> Int {
        var done = 0
        var isStuck = false
        source.filter { packet in
            guard !isStuck, target.room > 0 else { return true }
            // No packet is longer than a large buffer: there are none with less headroom.
            let taken = packet.count <= small.bufferSize
                ? small.makePacket(count: packet.count, reusing: &target)
                : large.makePacket(count: packet.count, reusing: &target)
            guard var twin = taken else {
                isStuck = true
                return true
            }
            twin.copy(packet.bytes)
            // A packet must not go out if nobody finishes its checksums.
            guard twin.setOffload(packet.offload) || packet.offload.isFinished else {
                unfinished += 1
                return false
            }
            target.append(twin)
            done += 1
            return false
        }
        copied += UInt64(done)
        return done
    }
}

extension Device {
    /// Makes a copier that copies packets of other devices for one of this device's transmit queues.
    ///
    /// - Parameter capacity: packets that can be on their way at a time; large ones, of frames in several buffers, are 16.
    public func makeCopier(capacity: Int) throws(IxyError) -> PacketCopier {
        do throws(HardwareError) {
            return PacketCopier(
                small: try PacketPool(
                    capacity: capacity, bufferSize: bufferSize, headroom: headroom, pages: pages, mapper: mapper,
                    companion: carriesOffloads ? OffloadNotes.self : nil),
                large: try PacketPool(
                    capacity: 16, bufferSize: 65536, headroom: max(PacketPool.shortestHeadroom, headroom), pages: pages, mapper: mapper,
                    companion: carriesOffloads ? OffloadNotes.self : nil))
        } catch {
            throw .hardware(error)
        }
    }
}
