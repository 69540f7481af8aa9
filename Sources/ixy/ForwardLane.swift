import Ixy
import IxyHardware

/// Packets on their way from one queue to another.
struct ForwardLane: ~Copyable, Sendable {
    /// Packets that came in and have not gone out.
    private var batch: PacketBatch
    /// For a device that does not reach the memory in which packets arrive, and the copies that wait for room.
    private var copier: PacketCopier?
    private var copies: PacketBatch

    init(batch: Int, copier: consuming PacketCopier?) {
        self.batch = PacketBatch(capacity: batch)
        copies = PacketBatch(capacity: copier == nil ? 1 : batch)
        self.copier = copier
    }

    /// Packets that are on their way.
    var count: Int { batch.count + copies.count }
    var isEmpty: Bool { batch.isEmpty && copies.isEmpty }
    /// Packets that were copied.
    private(set) var copied: UInt64 = 0

    /// Moves one batch.
    ///
    /// - Returns: how many packets were dropped because the ring was full, or because no copy could be made.
    mutating func forward(
        _ source: inout ReceiveQueue, _ target: inout TransmitQueue, touches: Bool, isLossless: Bool,
        budget: PacketBudget, isIdle: inout Bool
    ) -> Int {
        // A batch that waits for room is not touched again.
        if batch.isEmpty, source.receive(into: &batch) > 0 {
            isIdle = false
            let granted = budget.claim(batch.count)
            while batch.count > granted { _ = batch.popLast() }
            if touches {
                batch.forEach { packet in
                    if packet.count > 48 { packet[48] &+= 1 }
                }
            }
        }
        guard copier == nil else { return sendCopies(&target, isLossless: isLossless) }
        target.transmit(&batch)
        guard !isLossless else { return 0 }
        let lost = batch.count
        batch.dropAll()
        return lost
    }

    @inline(never)
    private mutating func sendCopies(_ target: inout TransmitQueue, isLossless: Bool) -> Int {
        guard var copier = copier.take() else { return 0 }
        copier.copy(&batch, to: &copies)
        copied = copier.copied
        self.copier = consume copier
        target.transmit(&copies)
        guard !isLossless else { return 0 }
        let lost = count
        batch.dropAll()
        copies.dropAll()
        return lost
    }
}
