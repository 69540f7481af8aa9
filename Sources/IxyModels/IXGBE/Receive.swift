import Ixy
import IxyHardware

/// The receive side: from the wire into the driver's buffers. (82599 §7.1)
extension Model82599 {
    /// Delivers frames that wait, and as many as the source has now, up to a burst. Returns how many were taken.
    mutating func receive(from source: (any FrameSource)?) -> Int {
        guard data.receive.isOn else { return 0 }
        if inboundNext >= inbound.count {
            guard let source else { return 0 }
            inbound.removeAll()
            inboundNext = 0
            source.pull(FrameBurst.limit, into: &inbound)
            if data.receive.isContradictory, inbound.count > 0 { complainOfCheckStripping() }
        }
        guard inbound.count > 0 else { return 0 }
        pollReceiveTails()
        let first = inboundNext
        while inboundNext < inbound.count, receivePlain(), inboundNext < inbound.count, receiveOne() {}
        data.received.total += inboundNext - first
        data.isUnsettled = true
        return inboundNext - first
    }

    @inline(never)
    private mutating func complainOfCheckStripping() {
        violate("HLREG0.RXCRCSTRP and RDRXCTL.CRCStrip differ", "8.2.3.22.8")
    }

    /// Takes frames as long as nothing about them is special. False if the next one has to wait for a descriptor.
    private mutating func receivePlain() -> Bool {
        guard data.receive.spreader == nil, let index = data.receiveRingIndex[0] else { return true }
        let length = inbound.frame(inboundNext).byteCount
        let done = data.receiveRings[index].fill(
            from: &inbound, inboundNext, through: &receivePort, data.receive.plain)
        inboundNext += done
        data.received.frames += done
        data.received.bytes += done * (length + 4)
        return !isLossless || data.receiveRings[index].free > 0
    }

    /// Takes the next frame, whatever it is like. False if it has to wait for a descriptor.
    private mutating func receiveOne() -> Bool {
        let index = inboundNext
        let fault = FrameFault(rawValue: UInt16(inbound.store.frames.shape(index) >> 16))
        switch data.receive.examine(inbound.frame(index), fault) {
        case .unwanted:
            break
        case .good(let kind):
            switch deliver(index, kind) {
            case .delivered: data.received.add(kind, inbound.frame(index).byteCount)
            case .noDescriptor: if isLossless { return false }
            case .fault: break
            }
        case .bad(let mistake, let isWanted):
            if isWanted, data.receive.storesBad, mistake.canBeStored {
                let outcome = deliver(index, Classification(queues: [0], high: WriteBack.receiveError))
                if outcome == .noDescriptor, isLossless { return false }
            }
            data.received.add(mistake, isWanted: isWanted)
        }
        inboundNext += 1
        return true
    }

    /// Brings frame `index`, which is good, to its queues.
    private mutating func deliver(_ index: Int, _ kind: ReceiveVerdict.Kind) -> ReceiveRing.Outcome {
        let found = data.receive.classify(index, of: inbound, kind, &flowDirector)
        return deliver(index, found)
    }

    /// Brings frame `index` to its queues, where it is lost or has to wait if there is no descriptor.
    private mutating func deliver(_ index: Int, _ found: Classification) -> ReceiveRing.Outcome {
        if found.queues.count > 1, isLossless {
            let count = inbound.frame(index).byteCount
            for queue in found.queues {
                if let ring = data.receiveRingIndex[queue], !data.receiveRings[ring].hasRoom(count) { return .noDescriptor }
            }
        }
        var outcome = ReceiveRing.Outcome.delivered
        for queue in found.queues {
            let result = deliver(index, found, to: queue)
            if result != .delivered { outcome = result }
        }
        return outcome
    }

    private mutating func deliver(_ index: Int, _ found: Classification, to queue: Int) -> ReceiveRing.Outcome {
        guard let ring = data.receiveRingIndex[queue] else {
            if !isLossless { data.received.missed += 1 }
            return .noDescriptor
        }
        if !data.receiveRings[ring].isMapped { complainOfRing(ring) }
        let outcome: ReceiveRing.Outcome
        if let tag = found.tag, data.receive.classifier.tags.strips(queue) {
            outcome = data.receiveRings[ring].putWithoutTag(
                index, tag, of: inbound, found, withCheck: !data.receive.stripsCheck, through: &receivePort)
        } else {
            outcome = data.receive.stripsCheck
                ? data.receiveRings[ring].put(index, of: inbound, found, through: &receivePort)
                : data.receiveRings[ring].putWithCheck(index, of: inbound, found, through: &receivePort)
        }
        switch outcome {
        case .delivered: break
        case .noDescriptor: if !isLossless { data.receiveRings[ring].countDrop() }
        case .fault: violate("DMA of receive queue \(queue) outside of mapped memory", "7.1.9")
        }
        return outcome
    }

    @inline(never)
    private mutating func complainOfRing(_ index: Int) {
        guard data.receiveRings[index].becomesFaulty() else { return }
        violate(
            "the descriptors of receive queue \(data.receiveRings[index].queue) are outside of mapped memory", "7.1.9")
    }
}

/// The frame check sequence. (IEEE 802.3 §3.2.9)
enum FrameCheck {
    /// The bytes of a frame and its check sequence behind them, in the order in which they are sent.
    static func frame(_ frame: RawSpan, isWrong: Bool) -> [UInt8] {
        var bytes = [UInt8]()
        bytes.reserveCapacity(frame.byteCount + 4)
        var remainder: UInt32 = .max
        for index in 0..<frame.byteCount {
            bytes.append(frame[index])
            remainder ^= UInt32(frame[index])
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        let check = isWrong ? remainder : ~remainder
        for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: check >> (index * 8))) }
        return bytes
    }
}
