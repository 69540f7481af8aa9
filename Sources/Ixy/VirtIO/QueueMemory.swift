import IxyHardware

extension VirtIO {
    /// The memory of a device's queues: one arena for all rings, one pool for all that is received, so that a vhost-user
    /// device, which can be given 8 pieces of memory only, gets few.
    struct QueueMemory: ~Copyable {
        private var arena: DMAArena
        private var pool: PacketPool
        private let pages: PageSize
        let mapper: any DMAMapper
        private let isMergeable: Bool
        private let carriesOffloads: Bool
        /// A header of zeros, for packets that have no room for their own.
        let zeros: DMARange

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
            let perRing = all.map { max(SplitRing.byteCount(descriptors: $0), PackedRing.byteCount(descriptors: $0)) }
            // Each ring begins on a page of 4096 bytes; the first one holds the header.
            let bytes = perRing.reduce(4096) { $0 + ($1 + 4095) / 4096 * 4096 }
            var arena = DMAArena(try DMAMemory(count: bytes, pages: pages, mapper: mapper))
            let zeros = try arena.take(count: 64, alignment: 64)
            // What arrives has to fit in one buffer, unless it may be spread over several.
            let bufferSize = DeviceSettings.bufferSize(
                for: agreement.isMergeable ? 0 : sizes.longestFrame, headroom: VirtIO.headroom)
            let rings = zip(sizes.receive, sizes.transmit).reduce(0) { $0 + $1.0 + $1.1 }
            let pool = try PacketPool(
                capacity: settings.poolCapacity.map { $0 * settings.queues } ?? rings + 1024 * settings.queues,
                bufferSize: bufferSize, headroom: VirtIO.headroom, pages: pages, mapper: mapper,
                isScattered: true, carriesOffloads: agreement.offloads != nil)
            return QueueMemory(
                arena: arena, pool: pool, pages: pages, mapper: mapper, isMergeable: agreement.isMergeable,
                carriesOffloads: agreement.offloads != nil, zeros: zeros)
        }

        mutating func split(_ count: Int) throws(IxyError) -> SplitRing {
            do throws(HardwareError) { return try SplitRing(count: count, in: &arena) } catch { throw .hardware(error) }
        }

        mutating func packed(_ count: Int) throws(IxyError) -> PackedRing {
            do throws(HardwareError) { return try PackedRing(count: count, in: &arena) } catch { throw .hardware(error) }
        }

        func armedBuffers(_ count: Int) throws(IxyError) -> ArmedBuffers {
            do throws(HardwareError) { return try ArmedBuffers(count: count, pool: pool) } catch { throw .hardware(error) }
        }

        /// A pool for frames of several buffers; nil if there can be none.
        func largePool() throws(IxyError) -> PacketPool? {
            guard isMergeable else { return nil }
            do throws(HardwareError) {
                return try PacketPool(
                    capacity: carriesOffloads ? QueueMemory.segmentCount : QueueMemory.largeCount,
                    bufferSize: QueueMemory.largeSize, headroom: VirtIO.headroom, pages: pages, mapper: mapper,
                    carriesOffloads: carriesOffloads)
            } catch {
                throw .hardware(error)
            }
        }

        /// Where commands and their answers lie.
        mutating func controlPacket() throws(IxyError) -> Packet {
            guard let packet = pool.makePacket(count: 0) else { throw .hardware(.poolEmpty(capacity: pool.capacity)) }
            return packet
        }
    }
}
