import Ixy
import IxyHardware

/// The sending side: from the driver's buffers onto the wire. (VirtIO 1.2 §5.1.6.2)
extension DeviceQueue {
    /// Takes frames until `outbound` is full or no buffer is left. Returns how many buffers were used.
    mutating func transmit(
        into outbound: inout FrameBurst, _ rules: TransmitRules, _ memory: inout DeviceMemory
    ) -> Int {
        refresh(&memory)
        sendSegments(into: &outbound)
        var done = 0
        // Frames leave in their order even where the buffers do not come back so.
        var held: [DeviceChain] = []
        while !outbound.isFull, core.segmentation == nil {
            if rules.allowsRuns { done += sendRun(into: &outbound, &memory) }
            guard !outbound.isFull, let chain = next(&memory) else { break }
            send(chain, into: &outbound, rules, &memory)
            if core.isScrambled { held.append(chain) } else { use(chain, written: 0, &memory) }
            done += 1
        }
        while let chain = held.popLast() { use(chain, written: 0, &memory) }
        return done
    }

    /// Adds a frame to `outbound`, unless it is none.
    @inline(__always)
    private mutating func send(
        _ chain: DeviceChain, into outbound: inout FrameBurst, _ rules: TransmitRules, _ memory: inout DeviceMemory
    ) {
        let length = chain.readable - rules.headerSize
        guard chain.count == 1, chain.writable == 0, length >= 14, length <= rules.longest, !rules.splitsHeader else {
            sendParts(chain, into: &outbound, rules, &memory)
            return
        }
        guard isPlain(chain.first.address, rules, &memory.buffers),
            outbound.add(length, at: chain.first.address &+ UInt64(rules.headerSize), through: &memory.buffers)
        else {
            sendParts(chain, into: &outbound, rules, &memory)
            return
        }
    }

    /// Whether a header of zeros is at `address`, as nearly all are.
    @inline(__always)
    private func isPlain(_ address: UInt64, _ rules: TransmitRules, _ port: inout DMAPort) -> Bool {
        guard address % 4 == 0, rules.headerSize == 12 else { return false }
        return port.load32(at: address) == 0 && port.load32(at: address &+ 4) == 0 && port.load32(at: address &+ 8) == 0
    }

    /// Sends what was cut off a large frame, as far as there is room.
    private mutating func sendSegments(into outbound: inout FrameBurst) {
        while !outbound.isFull, core.segmentation != nil {
            if let segment = core.segmentation?.next() { add(segment, to: &outbound) } else { core.segmentation = nil }
        }
    }

    /// A buffer that lies outside of mapped memory.
    private mutating func lose(_ memory: inout DeviceMemory) {
        memory.violate("queue \(core.index): a buffer is outside of mapped memory", core.bufferSection)
    }

    /// Adds a frame of any shape, or records what is wrong with it.
    @inline(never)
    private mutating func sendParts(
        _ chain: DeviceChain, into outbound: inout FrameBurst, _ rules: TransmitRules, _ memory: inout DeviceMemory
    ) {
        func note(_ text: String, _ section: String, _ memory: inout DeviceMemory) {
            memory.violate("queue \(core.index): \(text)", section)
        }
        guard chain.writable == 0 else {
            note("a frame to send with memory to write", "5.1.6.2", &memory)
            return
        }
        let length = chain.readable - rules.headerSize
        guard length >= 0 else {
            note("\(chain.readable) bytes to send, fewer than the header has", "5.1.6.2", &memory)
            return
        }
        if rules.splitsHeader, chain.first.count != rules.headerSize || chain.count < 2 {
            note("the header to send is not in a descriptor of its own", "5.1.6.6", &memory)
        }
        guard let bytes = gather(chain, &memory) else {
            lose(&memory)
            return
        }
        guard length >= 14 else {
            note("a frame of \(length) bytes", "5.1.6.2", &memory)
            return
        }
        let header = NetHeader(bytes.span.rawBytes.extracting(0..<rules.headerSize))
        guard rules.check(header, count: length, queue: core.index, &memory) else { return }
        if length > rules.longest, header.segmentation == 0 {
            note("a frame of \(length) bytes, longer than the MTU allows", "5.1.4.2", &memory)
        }
        var frame = Array(bytes[rules.headerSize...])
        if header.segmentation != 0 {
            guard let segmentation = Segmentation(header, frame) else {
                note("a frame that cannot be cut into segments", "5.1.6.2.1", &memory)
                return
            }
            core.segmentation = segmentation
            sendSegments(into: &outbound)
            return
        }
        if header.flags & NetHeader.needsChecksum != 0 {
            Checksum.finish(&frame, from: Int(header.checksumStart), at: Int(header.checksumOffset))
        }
        add(frame, to: &outbound)
    }

    private mutating func add(_ frame: [UInt8], to outbound: inout FrameBurst) {
        if !outbound.add(frame) { core.oversize += 1 }
    }

    /// Collects the bytes that the device is to read; nil if they are not all mapped.
    func gather(_ chain: DeviceChain, _ memory: inout DeviceMemory) -> [UInt8]? {
        // A driver could claim 4 GiB.
        guard chain.readable <= 1 << 20 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(chain.readable)
        for number in 0..<chain.readableCount {
            let segment = core.segment(number, of: chain)
            guard memory.buffers.read(at: segment.address, count: segment.count, into: &bytes) else { return nil }
        }
        return bytes
    }
}
