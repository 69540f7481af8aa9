import Ixy
import IxyHardware

/// Two queues with one buffer each, written word by word from the specification, not with our driver's code.
struct RingMemory: ~Copyable {
    private let ring: PacketRing
    private let isPacked: Bool
    /// Descriptors in each queue.
    static let size = 16
    static let headerSize = 12
    static let frameSize = 64

    init(mapper: SharedMemoryMapper, isPacked: Bool) throws(HardwareError) {
        var arena = DMAArena(try DMAMemory(count: 1 << 16, pages: .small, mapper: mapper))
        // Only its words are used, as all there is.
        ring = try PacketRing(count: 1, format: .virtqueue(header: Self.headerSize), area: 0x4000, bufferSize: 0, in: &arena)
        self.isPacked = isPacked
    }

    private func store(_ value: UInt64, at offset: Int) { ring.area.store64(value, offset) }
    private func load(at offset: Int) -> UInt64 { ring.area.load64(offset) }
    private var address: UInt64 { ring.area.deviceAddress(0).value }
    private func queue(_ index: Int) -> Int { index * 0x400 }
    private func buffer(_ index: Int) -> Int { 0x2000 + index * 0x800 }

    func addresses(_ index: Int) -> VirtIO.QueueAddresses {
        let start = queue(index)
        return VirtIO.QueueAddresses(
            size: Self.size,
            // Sound: all addresses that are written there are those of this memory.
            descriptors: unsafe RingAddress(unchecked: address + UInt64(start)),
            driverArea: ring.area.deviceAddress(start + 0x100), deviceArea: ring.area.deviceAddress(start + 0x200))
    }

    /// Both queues as at the start.
    func clear() {
        for offset in stride(from: 0, to: 0x3000, by: 8) { store(0, at: offset) }
    }

    /// Makes the buffer of queue `index` available: a receive queue's is to be written to.
    func offer(_ index: Int) {
        let isWritable = index % 2 == 0
        let count = UInt64(isWritable ? 0x800 : Self.headerSize + Self.frameSize)
        let flags: UInt64 = isWritable ? 2 : 0
        store(address + UInt64(buffer(index)), at: queue(index))
        if isPacked {
            // Buffer id 5; available in the first round. (VirtIO 1.2 §2.8.1, §2.8.13)
            store(count | 5 << 32 | (flags | 1 << 7) << 48, at: queue(index) + 8)
        } else {
            store(count | flags << 32, at: queue(index) + 8)
            // The index is 1, the first entry names descriptor 0. (VirtIO 1.2 §2.7.6)
            store(1 << 16, at: queue(index) + 0x100)
        }
    }

    /// Whether the device has used the buffer of queue `index`.
    func isUsed(_ index: Int) -> Bool {
        if isPacked {
            let word = load(at: queue(index) + 8)
            return word >> 63 == 1 && word >> 55 & 1 == 1 && UInt16(truncatingIfNeeded: word >> 32) == 5
        }
        return UInt16(truncatingIfNeeded: load(at: queue(index) + 0x200) >> 16) == 1
    }

    /// A frame in the buffer of queue `index`: two addresses, then bytes that all differ.
    func write(frame: [UInt8], in index: Int) {
        let bytes = [UInt8](repeating: 0, count: Self.headerSize) + frame + [0, 0, 0, 0]
        for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
            store((0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }, at: buffer(index) + offset)
        }
    }

    func frame(in index: Int) -> [UInt8] {
        (Self.headerSize..<Self.headerSize + Self.frameSize).map { offset in
            UInt8(truncatingIfNeeded: load(at: buffer(index) + offset & ~7) >> UInt64(offset % 8 * 8))
        }
    }
}
