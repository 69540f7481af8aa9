import Ixy
import IxyHardware

/// The state that a transmit ring needs besides its descriptors when a frame is not sent as it is.
struct TransmitWork {
    var contexts = TransmitContexts()
    var flags = SegmentFlags()
    var tagType: UInt16 = 0x8100
    /// Bytes that each frame has at least.
    var minimum = 60
}

extension TransmitRing {
    /// The most descriptors of a frame or of a buffer to be cut.
    static let mostParts = 40
    /// The most bytes of these: what PAYLEN can say, and the longest headers that a context can. (82599 §7.2.3.2.3, §7.2.3.2.4)
    static let mostBytes = 0x3FFFF + 0x7F + 0x1FF + 0xFF

    /// Takes what is at the head if it is a context, or a frame that asks for an offload.
    ///
    /// - Returns: how many descriptors it had; none if it is something else, or has to wait for its end.
    @inline(never)
    mutating func takeOffloaded(
        into burst: inout FrameBurst, to sink: (any FrameSink)?, _ work: inout TransmitWork,
        through port: inout DMAPort, _ violations: inout [Violation]
    ) -> Int {
        guard memory.count == size else { return 0 }
        let first = TransmitCommand(word: memory.load(1, of: head))
        if first.isContext {
            takeContext(first, &work, &violations)
            return 1
        }
        guard first.asksForOffload, let parts = partsOfFrame() else { return 0 }
        guard let bytes = gather(parts, through: &port, &violations) else { return parts }
        // A frame whose context is broken still goes to a queue whose next frames are good.
        let context = first.isAdvanced && first.contextIndex < 2 ? work.contexts[queue, first.contextIndex] : nil
        let offload = TransmitOffload(command: first, context: context)
        let refusal = offload.makeFrames(of: bytes, work.flags, tagType: work.tagType) { frame in
            send(frame, into: &burst, to: sink, minimum: work.minimum, &violations)
        }
        if let refusal { complain(refusal.violation.text, refusal.violation.section, &violations) }
        return parts
    }

    private mutating func takeContext(
        _ command: TransmitCommand, _ work: inout TransmitWork, _ violations: inout [Violation]
    ) {
        if let found = TransmitContext.complaint(command.word) { complain(found.text, found.section, &violations) }
        work.contexts[queue, TransmitContext.index(command.word)] =
            TransmitContext(memory.load(0, of: head), command.word)
        finishDescriptor(command)
    }

    /// The bytes of the frame at the head, whose descriptors are done then; nil if they cannot be sent.
    private mutating func gather(
        _ parts: Int, through port: inout DMAPort, _ violations: inout [Violation]
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        var isGood = true
        if parts > TransmitRing.mostParts {
            complain("a frame of \(parts) descriptors, more than \(TransmitRing.mostParts)", "7.2.3.3", &violations)
        }
        for part in 0..<parts {
            let address = memory.load(0, of: head)
            let command = TransmitCommand(word: memory.load(1, of: head))
            for found in command.complaints(isFirst: part == 0) { complain(found.text, found.section, &violations) }
            if command.isContext || command.isAdvanced && command.type != 3 {
                isGood = false
            } else if isGood, command.count > TransmitRing.mostBytes - bytes.count {
                complain("a frame of more than \(TransmitRing.mostBytes) bytes", "7.2.3.2.4", &violations)
                isGood = false
            } else if isGood, !port.read(at: address, count: command.count, into: &bytes) {
                complain("DMA of transmit queue \(queue) outside of mapped memory", "7.2.3.2.4", &violations)
                isGood = false
            }
            finishDescriptor(command)
        }
        return isGood && bytes.count >= 14 ? bytes : nil
    }

    /// Reports the descriptor at the head as done, if it asks for that, and goes on to the next one.
    private mutating func finishDescriptor(_ command: TransmitCommand) {
        let next = head + 1 == size ? 0 : head + 1
        if command.reports {
            hasNews = true
            if headAddress != nil { reported = next } else { memory.store(command.done, 1, of: head) }
        }
        head = next
    }

    private mutating func send(
        _ frame: [UInt8], into burst: inout FrameBurst, to sink: (any FrameSink)?, minimum: Int,
        _ violations: inout [Violation]
    ) {
        guard frame.count <= FrameStore.longest else {
            complain("a frame of more than \(FrameStore.longest) bytes", "1.3", &violations)
            return
        }
        if burst.isFull { burst.flush(to: sink) }
        _ = burst.store.extend(by: frame.span.rawBytes)
        burst.store.finish(minimum: minimum)
        frames += 1
        bytes += max(minimum, frame.count) + 4
    }
}
