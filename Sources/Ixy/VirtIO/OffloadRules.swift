import IxyHardware

extension VirtIO {
    /// The work that driver and device leave to each other, and how a frame's header says so. (VirtIO 1.2 §5.1.6.2, §5.1.6.4)
    @usableFromInline
    struct OffloadRules: Sendable, Equatable {
        let features: Features

        private static let needsChecksum: UInt64 = 1
        private static let isChecksumGood: UInt64 = 2

        /// Whether the device can finish what is left of a packet.
        func canFinish(_ offload: PacketOffload) -> Bool {
            if offload.needsChecksum, !features.contains(.checksum) { return false }
            switch offload.segmentation {
            case .none: return true
            case .tcp4: return features.contains(.hostTSO4)
            case .tcp6: return features.contains(.hostTSO6)
            }
        }

        /// The meaning of a received frame's header; nil if it was not agreed on, or is impossible.
        ///
        /// - Parameters:
        ///   - word: flags, kind of segmentation, length of headers, size of a segment, start of the checksum.
        ///   - offset: the checksum's offset from there.
        ///   - count: bytes of the frame.
        func parse(_ word: UInt64, _ offset: UInt16, count: Int) -> PacketOffload? {
            let word = UInt64(littleEndian: word)
            var offload = PacketOffload()
            // Flags that the driver does not know are ignored. (§5.1.6.4.2)
            offload.needsChecksum = word & Self.needsChecksum != 0
            offload.isChecksumGood = !offload.needsChecksum && word & Self.isChecksumGood != 0
            if offload.needsChecksum {
                offload.checksumStart = UInt16(truncatingIfNeeded: word >> 48)
                offload.checksumOffset = UInt16(littleEndian: offset)
                guard features.contains(.guestChecksum), offload.checksumStart >= 14,
                    Int(offload.checksumStart) + Int(offload.checksumOffset) + 2 <= count
                else { return nil }
            }
            guard let segmentation = PacketOffload.Segmentation(rawValue: UInt8(truncatingIfNeeded: word >> 8)) else {
                return nil
            }
            guard segmentation != .none else { return offload }
            offload.segmentation = segmentation
            // A hint, which must not be too small when it is passed on. (§5.1.6.2.1)
            offload.headerLength = max(
                UInt16(truncatingIfNeeded: word >> 16), offload.checksumStart &+ offload.checksumOffset &+ 2)
            offload.segmentSize = UInt16(truncatingIfNeeded: word >> 32)
            let isAgreed = features.contains(segmentation == .tcp4 ? .guestTSO4 : .guestTSO6)
            // Each segment needs a checksum of its own.
            guard isAgreed, offload.needsChecksum, offload.segmentSize > 0, Int(offload.headerLength) <= count else {
                return nil
            }
            return offload
        }

        /// The header of a frame that is to be sent: its first 8 bytes, and the two after them.
        static func header(_ offload: PacketOffload) -> (word: UInt64, offset: UInt16) {
            guard offload.needsChecksum else { return (0, 0) }
            var word = needsChecksum | UInt64(offload.checksumStart) << 48
            if offload.segmentation != .none {
                word |= UInt64(offload.segmentation.rawValue) << 8 | UInt64(offload.headerLength) << 16
                    | UInt64(offload.segmentSize) << 32
            }
            return (word.littleEndian, offload.checksumOffset.littleEndian)
        }
    }

    /// A receive queue of a device that leaves checksums and segmentation to the driver: what it leaves is noted beside each
    /// packet.
    struct OffloadReceiver<Ring: ReceiveRing & ~Copyable>: PacketReceiver, ~Copyable {
        private var queue: ReceiveQueue<Ring>
        private let rules: OffloadRules

        init(_ queue: consuming ReceiveQueue<Ring>, _ rules: OffloadRules) {
            self.queue = queue
            self.rules = rules
        }

        mutating func receive(into batch: inout PacketBatch) -> Int {
            let first = batch.count
            let received = queue.receive(into: &batch)
            guard received > 0 else { return 0 }
            // Each header is read once.
            var index = 0
            batch.filter { packet in
                index += 1
                guard index > first else { return true }
                guard let header = packet.header(Ring.headerCount),
                    let offload = rules.parse(header.word, header.offset, count: packet.count)
                else {
                    queue.lie()
                    return false
                }
                packet.setOffload(offload)
                return true
            }
            return batch.count - first
        }

        mutating func wait(milliseconds: Int) { queue.wait(milliseconds: milliseconds) }
        mutating func rejoin() -> Bool { queue.rejoin() }
        var counters: ReceiveCounters { queue.counters }
    }
}
