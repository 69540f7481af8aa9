import Ixy
import IxyHardware

/// The device lies, if it is told to.
extension ModelVirtIONet {
    /// Tampers with what the queue shows to the driver next.
    mutating func lie<Queue: LyingQueue>(about queue: inout Queue) {
        // Even queues receive, odd ones send. (VirtIO 1.2 §5.1.2)
        let index = queue.core.index
        let role: QueueRole = index == controlIndex ? .control : index % 2 == 0 ? .receive : .transmit
        let entries = queue.core.witness ?? []
        defer { queue.core.witness = [] }
        guard var liar, let first = entries.first else { return }
        defer { self.liar = liar }
        guard let kind = liar.next(counters, role) else { return }
        counters.lies += 1
        // From now on the device itself may have caused the violations that it finds.
        if kind.isTampering(isPacked: isPacked) { memory.log.isPaused = true }
        let number = Int.random(in: entries.indices, using: &liar.random)
        let entry = entries[number]
        let size = UInt32(queue.core.layout.size)
        func forge(id: UInt32? = nil, length: UInt32? = nil, flags: UInt16? = nil, _ queue: inout Queue) {
            queue.forge(number, id: id, length: length, flags: flags, &memory)
        }
        switch kind {
        case .indexJumps: queue.misstate(by: 5000, &memory)
        case .indexGoesBack: queue.misstate(by: -Int.random(in: 1...8, using: &liar.random) - entries.count, &memory)
        case .idOutOfRange:
            let wrong: [UInt32] = [size, size + 7, 0xFFFF, 0xFFFF_FFFF]
            let certain = wrong.filter { isNobodys($0, entry, size) }
            forge(id: certain.randomElement(using: &liar.random) ?? UInt32(entry.id ^ 0x8000), &queue)
        case .idOfAnother: forge(id: .random(in: 0..<size, using: &liar.random), &queue)
        case .idTwice: forge(id: UInt32(number == 0 ? entries[entries.count - 1].id : first.id), &queue)
        case .lengthZero: forge(length: 0, &queue)
        case .lengthShort: forge(length: .random(in: 1..<12, using: &liar.random), &queue)
        case .lengthLong: forge(length: UInt32(entry.written) + .random(in: 1...60000, using: &liar.random), &queue)
        case .lengthHuge: forge(length: .max, &queue)
        case .bufferCountZero: writeHeader(of: entry, at: 10, [0, 0])
        case .bufferCountTooLarge:
            let count = UInt16.random(in: 2...UInt16(size) + 1, using: &liar.random)
            writeHeader(of: entry, at: 10, [UInt8(truncatingIfNeeded: count), UInt8(count >> 8)])
        case .bufferCountHuge: writeHeader(of: entry, at: 10, [0xFF, 0xFF])
        case .headerNoise:
            writeHeader(of: entry, at: 0, (0..<10).map { _ in .random(in: 0...255, using: &liar.random) })
        case .flagsWrong: forge(flags: .random(in: 0...0xFFFF, using: &liar.random), &queue)
        case .wrapWrong: forge(flags: Bool.random(using: &liar.random) ? 0x8080 : 0, &queue)
        case .descriptorsScribbled: scribble(over: queue.core.layout.descriptors, Int(size) * 16, &liar)
        case .availableScribbled: queue.foreignAreas.forEach { scribble(over: $0.address, $0.count, &liar) }
        case .eventsScribbled: scribble(over: queue.eventArea.address, queue.eventArea.count, &liar)
        case .randomWords:
            let buffers = entries.compactMap { entry in entry.buffer.map { Area(address: $0, count: 12) } }
            for _ in 0..<Int.random(in: 1...4, using: &liar.random) {
                guard let area = (queue.ownAreas + buffers.prefix(1)).randomElement(using: &liar.random) else { break }
                let offset = Int.random(in: 0..<max(1, area.count / 2), using: &liar.random) * 2
                scribble(at: area.address &+ UInt64(offset), &liar)
            }
        default: break
        }
    }

    /// Whether a driver surely has no buffer with this id. In a packed ring ids may go on and on, so the next ones are not
    /// that; half a round of them away from one that is in use there is none.
    private func isNobodys(_ id: UInt32, _ entry: UsedEntry, _ size: UInt32) -> Bool {
        guard isPacked else { return true }
        let distance = UInt16(truncatingIfNeeded: id) &- entry.id
        return UInt32(min(distance, 0 &- distance)) > 16 * size
    }

    private mutating func writeHeader(of entry: UsedEntry, at offset: Int, _ bytes: [UInt8]) {
        guard let buffer = entry.buffer, offset + bytes.count <= receiveRules.headerSize else { return }
        _ = memory.buffers.copyIn(bytes.span.rawBytes, to: buffer &+ UInt64(offset))
    }

    /// Writes random words over a quarter of an area.
    private mutating func scribble(over address: UInt64, _ count: Int, _ liar: inout Liar) {
        for _ in 0..<max(1, count / 8) {
            scribble(at: address &+ UInt64(Int.random(in: 0..<max(1, count / 2), using: &liar.random) * 2), &liar)
        }
    }

    private mutating func scribble(at address: UInt64, _ liar: inout Liar) {
        let word = UInt16.random(in: 0...0xFFFF, using: &liar.random)
        guard let old = memory.rings.load16(at: address), memory.rings.store16(word, at: address) else { return }
        liar.scribbles.append(Scribble(address: address, old: old, new: word))
    }

    /// Takes scribbles back that the driver has not written over, or the device could not go on itself.
    mutating func wipe() {
        guard let scribbles = liar?.scribbles, !scribbles.isEmpty else { return }
        for scribble in scribbles.reversed() where memory.rings.load16(at: scribble.address) == scribble.new {
            _ = memory.rings.store16(scribble.old, at: scribble.address)
        }
        liar?.scribbles = []
    }

    // MARK: The control side's answers

    func tells(_ kind: Lies.Kind) -> Bool { liar?.tells(kind, counters) ?? false }

    /// The device status, as the driver is told.
    var shownStatus: VirtIO.Status {
        var shown = status
        if tells(.resetNeverEnds), shown.isEmpty { shown = .acknowledge }
        if tells(.featuresNotOK) { shown.remove(.featuresOK) }
        if tells(.needsReset), status.contains(.driverOK) { shown.insert(.needsReset) }
        return shown
    }

    /// The features that the device offers, as the driver is told.
    mutating func showFeatures() -> VirtIO.Features {
        if tells(.featuresUnknown) { return VirtIO.Features(rawValue: .max) }
        guard tells(.featuresChange), var liar else { return offered }
        defer { self.liar = liar }
        return VirtIO.Features(rawValue: offered.rawValue ^ liar.random.next() & liar.random.next())
    }

    /// How many descriptors a queue has at most, as the driver is told.
    func shownSize(_ index: Int) -> Int {
        if tells(.queueSizeZero) { return 0 }
        if tells(.queueSizeOdd) { return 257 }
        return tells(.queueSizeHuge) ? 65535 : largestQueue(index)
    }

    /// Bytes of the configuration, as the driver is told.
    mutating func showConfiguration(at offset: Int, count: Int) -> [UInt8] {
        var bytes = readConfiguration(at: offset, count: count)
        guard var liar else { return bytes }
        defer { self.liar = liar }
        func put(_ value: [UInt8], _ field: Int, _ bytes: inout [UInt8]) {
            for (index, byte) in value.enumerated() where bytes.indices.contains(field + index - offset) {
                bytes[field + index - offset] = byte
            }
        }
        if tells(.groupAddress) { put([0xFF], 0, &bytes) }
        if tells(.queuePairsZero) { put([0, 0], 8, &bytes) }
        if tells(.queuePairsHuge) { put([0xFF, 0xFF], 8, &bytes) }
        if tells(.mtuZero) { put([0, 0], 10, &bytes) }
        if tells(.mtuHuge) { put([0xFF, 0xFF], 10, &bytes) }
        if tells(.configurationNoise) { bytes = bytes.map { _ in .random(in: 0...255, using: &liar.random) } }
        if tells(.configurationUnsettled) { generation &+= 1 }
        return bytes
    }
}
