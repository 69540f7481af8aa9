import IxyHardware

extension VirtIO {
    /// The memory of a device's queues: one arena for all rings, one pool for all that is received, so that a vhost-user
    /// device, which can be given 8 pieces of memory only, gets few.
    struct QueueMemory: ~Copyable {
        private var arena: DMAArena
        /// The pool of all packets that are received.
        let pool: PacketPool
        private let pages: PageSize
        let mapper: any DMAMapper
        private let isMergeable: Bool
        private let carriesOffloads: Bool

        /// Frames of several buffers are put together in buffers of this size, of which each receive queue has so many.
        private static let largeSize = 65536
        private static let largeCount = 16
        /// With segments to cut they are the rule.
        private static let segmentCount = 128

        /// Allocates for queues of these sizes.
        static func allocate(
            _ sizes: QueueSizes, _ agreement: Agreement, _ settings: DeviceSettings, pages: PageSize,
            mapper: any DMAMapper
        ) throws(HardwareError) -> QueueMemory {
            let all = sizes.receive + sizes.transmit + [sizes.control ?? 0]
            let perRing = all.map { max(SplitVirtqueue.byteCount(descriptors: $0), PackedVirtqueue.byteCount(descriptors: $0)) }
            // Each ring begins on a page of 4096 bytes.
            let bytes = perRing.reduce(0) { $0 + ($1 + 4095) / 4096 * 4096 }
            let arena = DMAArena(try DMAMemory(count: bytes, pages: pages, mapper: mapper))
            // A received frame has to fit in one buffer, unless it may be spread over several.
            let bufferSize = DeviceSettings.bufferSize(
                for: agreement.isMergeable ? 0 : sizes.longestFrame, headroom: VirtIO.headroom)
            let received = settings.poolCapacity.map { $0 * settings.queues } ?? sizes.receive.reduce(1024 * settings.queues, +)
            let pool = try PacketPool(
                capacity: sizes.transmit.reduce(received, +),
                bufferSize: bufferSize, headroom: VirtIO.headroom, pages: pages, mapper: mapper,
                isScattered: true, companion: agreement.offloads != nil ? OffloadNotes.self : nil)
            return QueueMemory(
                arena: arena, pool: pool, pages: pages, mapper: mapper, isMergeable: agreement.isMergeable,
                carriesOffloads: agreement.offloads != nil)
        }

        /// A queue for packets to be sent, whose slots own one each.
        mutating func splitTransmit(_ count: Int, header: Int) throws(IxyError) -> SplitVirtqueue {
            try hardware { () throws(HardwareError) in
                var queue = try SplitVirtqueue(count: count, header: header, bufferSize: 0, in: &arena)
                try queue.slots.fill(count, from: pool)
                return queue
            }
        }

        mutating func packedTransmit(_ count: Int) throws(IxyError) -> PackedVirtqueue {
            try hardware { () throws(HardwareError) in
                var queue = try PackedVirtqueue(count: count, bufferSize: 0, in: &arena)
                try queue.slots.fill(count, from: pool)
                return queue
            }
        }

        /// A queue for commands, whose slots own no packet yet.
        mutating func split(_ count: Int, header: Int) throws(IxyError) -> SplitVirtqueue {
            try hardware { () throws(HardwareError) in
                try SplitVirtqueue(count: count, header: header, bufferSize: 0, in: &arena)
            }
        }

        /// A queue for packets to be received, of which each has a buffer in so many descriptors.
        mutating func splitReceive(_ count: Int, header: Int, buffersPerDescriptor: Int) throws(IxyError) -> SplitVirtqueue {
            try hardware { () throws(HardwareError) in
                var queue = try SplitVirtqueue(count: count, header: header, bufferSize: pool.bufferSize, in: &arena)
                try queue.slots.fill(count / buffersPerDescriptor, from: pool)
                return queue
            }
        }

        mutating func packed(_ count: Int) throws(IxyError) -> PackedVirtqueue {
            try hardware { () throws(HardwareError) in try PackedVirtqueue(count: count, bufferSize: 0, in: &arena) }
        }

        mutating func packedReceive(_ count: Int) throws(IxyError) -> PackedVirtqueue {
            try hardware { () throws(HardwareError) in
                var queue = try PackedVirtqueue(count: count, bufferSize: pool.bufferSize, in: &arena)
                try queue.slots.fill(count, from: pool)
                return queue
            }
        }

        /// A pool for frames of several buffers; nil if there can be none.
        func largePool() throws(IxyError) -> PacketPool? {
            guard isMergeable else { return nil }
            return try hardware { () throws(HardwareError) in
                try PacketPool(
                    capacity: carriesOffloads ? QueueMemory.segmentCount : QueueMemory.largeCount,
                    bufferSize: QueueMemory.largeSize, headroom: VirtIO.headroom, pages: pages, mapper: mapper,
                    companion: carriesOffloads ? OffloadNotes.self : nil)
            }
        }

        /// Where commands and their answers lie.
        mutating func controlPacket() throws(IxyError) -> Packet {
            guard let packet = pool.makePacket(count: 0) else { throw .hardware(.poolEmpty(capacity: pool.capacity)) }
            return packet
        }
    }
}

/// Calls `body`, and throws its error as a driver's.
private func hardware<Value: ~Copyable>(_ body: () throws(HardwareError) -> Value) throws(IxyError) -> Value {
    do throws(HardwareError) { return try body() } catch { throw .hardware(error) }
}
