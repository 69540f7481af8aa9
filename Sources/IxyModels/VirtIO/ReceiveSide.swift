import Ixy
import IxyHardware

/// How the driver receives, after the features that were negotiated.
struct ReceiveRules {
    let headerSize: Int
    let isMergeable: Bool
    /// The header has to have a descriptor of its own. (VirtIO 1.2 §5.1.6.6)
    let splitsHeader: Bool
    /// Bytes of the longest frame that the driver can be given. (VirtIO 1.2 §5.1.4.1)
    let longest: Int
    /// The header of a frame in one buffer.
    let header: [UInt8]
    /// The work that is left to the driver; nil if none.
    let leftWork: LeftWork?

    /// Whether frames of a line behind a long header need no further look.
    var allowsRuns: Bool { headerSize == PlainReception.header && !splitsHeader && longest >= FrameStore.lineSize && leftWork == nil }

    init(_ features: VirtIO.Features, _ options: ModelVirtIO.Options) {
        headerSize = NetHeader.size(features)
        isMergeable = features.contains(.mergeableBuffers)
        splitsHeader = features.isDisjoint(with: [.version1, .anyLayout])
        leftWork = LeftWork(features, options)
        longest = features.contains(.mtu) && leftWork?.segmentSize == nil ? options.mtu + 18 : .max
        header = Array(NetHeader.received(buffers: 1).prefix(headerSize))
    }
}

/// The outcome for a frame to the driver.
enum Delivery {
    case delivered
    /// There are too few buffers now.
    case noBuffer
    /// The driver gives no buffers for such frames.
    case tooLong
}

/// The receiving side: from the wire into the driver's buffers. (VirtIO 1.2 §5.1.6.4)
extension DeviceQueue {
    /// Puts a frame into the next buffer, or the next ones.
    @inline(__always)
    mutating func deliver(
        _ frame: borrowing RawSpan, _ rules: ReceiveRules, _ memory: inout DeviceMemory
    ) -> Delivery {
        guard frame.byteCount <= rules.longest else { return .tooLong }
        guard let chain = next(&memory) else { return .noBuffer }
        let total = rules.headerSize + frame.byteCount
        guard chain.count == 1, chain.readable == 0, chain.writable >= total, !rules.splitsHeader, rules.leftWork == nil else {
            return deliverParts(frame, from: chain, rules, &memory)
        }
        let address = chain.first.address
        if !memory.buffers.copyIn(rules.header.span.rawBytes, to: address)
            || !memory.buffers.copyIn(frame, to: address &+ UInt64(rules.headerSize))
        {
            memory.violate("queue \(core.index): a buffer is outside of mapped memory", core.bufferSection)
        }
        use(chain, written: total, &memory)
        return .delivered
    }

    /// Puts a frame into buffers of any shape.
    @inline(never)
    private mutating func deliverParts(
        _ frame: borrowing RawSpan, from first: DeviceChain, _ rules: ReceiveRules, _ memory: inout DeviceMemory
    ) -> Delivery {
        let left = rules.leftWork?.leave(frame)
        let total = rules.headerSize + (left?.frame.count ?? frame.byteCount)
        var chains: [DeviceChain] = []
        var room = 0
        var next: DeviceChain? = first
        while let chain = next {
            if check(chain, rules, isFirst: chains.isEmpty, &memory) {
                chains.append(chain)
                room += chain.writable
                if room >= total || !rules.isMergeable { break }
            } else {
                use(chain, written: 0, &memory)
            }
            next = self.next(&memory)
        }
        guard room >= total else {
            core.stash.append(contentsOf: chains.reversed())
            // All that the queue can hold would not be enough.
            let isHopeless = !rules.isMergeable && !chains.isEmpty || chains.count == core.layout.size
            return isHopeless ? .tooLong : .noBuffer
        }
        var bytes = Array(NetHeader.received(buffers: chains.count).prefix(rules.headerSize))
        if let left {
            bytes.replaceSubrange(0..<left.header.count, with: left.header)
            bytes += left.frame
        } else {
            for index in 0..<frame.byteCount { bytes.append(frame[index]) }
        }
        var position = 0
        for chain in chains {
            // All buffers but the last are filled. (VirtIO 1.2 §5.1.6.4.1)
            let count = min(chain.writable, total - position)
            if !scatter(bytes[position..<position + count], to: chain, &memory) {
                memory.violate("queue \(core.index): a buffer is outside of mapped memory", core.bufferSection)
            }
            use(chain, written: count, &memory)
            position += count
        }
        return .delivered
    }

    /// Whether a buffer can be received into.
    private func check(
        _ chain: DeviceChain, _ rules: ReceiveRules, isFirst: Bool, _ memory: inout DeviceMemory
    ) -> Bool {
        guard chain.readable == 0, chain.readableCount == 0 else {
            memory.violate("queue \(core.index): a buffer to receive into with memory to read", "5.1.6.3.1")
            return false
        }
        guard chain.writable >= rules.headerSize else {
            memory.violate(
                "queue \(core.index): a buffer of \(chain.writable) bytes, fewer than the header has", "5.1.6.3.1")
            return false
        }
        if rules.splitsHeader, isFirst, chain.first.count != rules.headerSize || chain.count < 2 {
            memory.violate("queue \(core.index): no descriptor for the header alone", "5.1.6.6")
        }
        return true
    }

    /// Writes `bytes` to the memory of a buffer, from its start on. False if not all of it is mapped.
    func scatter(_ bytes: ArraySlice<UInt8>, to chain: DeviceChain, _ memory: inout DeviceMemory) -> Bool {
        var rest = bytes
        for number in chain.readableCount..<chain.count where !rest.isEmpty {
            let segment = core.segment(number, of: chain)
            let part = Array(rest.prefix(segment.count))
            guard memory.buffers.copyIn(part.span.rawBytes, to: segment.address) else { return false }
            rest = rest.dropFirst(part.count)
        }
        return rest.isEmpty
    }
}
