import Ixy
import IxyHardware

/// Frames for the driver that were taken from their source, and the next one to deliver.
struct Inbound: ~Copyable {
    var burst = FrameBurst()
    var next = 0
}

/// The steps of a live device.
extension ModelVirtIONet {
    /// Sends, receives, and answers commands. Returns how much was moved.
    mutating func step(_ inbound: inout Inbound, source: (any FrameSource)?, sink: (any FrameSink)?) -> Int {
        guard isServed || status.contains(.driverOK) && !status.contains(.needsReset) else { return 0 }
        memory.lookAnew()
        // The queues are taken out while the device works on them: they are one thing, all else another.
        if isPacked {
            var queues: [PackedDeviceQueue] = []
            swap(&queues, &packedQueues)
            defer { swap(&queues, &packedQueues) }
            return work(on: &queues, &inbound, source: source, sink: sink)
        }
        var queues: [SplitDeviceQueue] = []
        swap(&queues, &splitQueues)
        defer { swap(&queues, &splitQueues) }
        return work(on: &queues, &inbound, source: source, sink: sink)
    }

    private mutating func work<Queue: LyingQueue>(
        on queues: inout [Queue], _ inbound: inout Inbound, source: (any FrameSource)?, sink: (any FrameSink)?
    ) -> Int {
        if liar != nil {
            wipe()
            if tells(.deaf) { return 0 }
        }
        if options.waitsForKicks { wake(&queues) }
        var moved = 0
        for pair in 0..<activePairs where queues[pair * 2 + 1].core.isAwake {
            moved += transmit(&queues[pair * 2 + 1], to: sink)
        }
        if activePairs * 2 < controlIndex, !isServed { watchIdleQueues(&queues) }
        moved += receive(into: &queues, &inbound, from: source)
        if queues[controlIndex].core.isLive, queues[controlIndex].core.isAwake { moved += command(&queues) }
        // The device cannot go on with a queue whose driver has gone astray. (VirtIO 1.2 §2.1.2)
        if !isServed, queues.contains(where: { $0.core.hasFailed }) {
            status.insert(.needsReset)
            changeConfiguration()
        }
        return moved
    }

    private mutating func wake<Queue: LyingQueue>(_ queues: inout [Queue]) {
        for index in queues.indices where queues[index].core.isLive && !queues[index].core.isAwake {
            let count = kicks[index].take()
            if count > 0 || queues[index].core.isCalled { queues[index].wake(kicks: QueueCore.countable(count), &memory) }
        }
    }

    private mutating func sleep<Queue: LyingQueue>(_ queue: inout Queue) {
        guard options.waitsForKicks, queue.core.isLive, queue.core.isAwake else { return }
        queue.sleep(lateKicks: QueueCore.countable(kicks[queue.core.index].take()), &memory)
    }

    /// Makes visible what a burst has used, and interrupts the driver if it wants that.
    private mutating func publish<Queue: LyingQueue>(_ queue: inout Queue) {
        if liar != nil { lie(about: &queue) }
        guard queue.publish(&memory) else { return }
        counters.interrupts += 1
        interrupts[queue.core.index].signal()
    }

    private mutating func transmit<Queue: LyingQueue>(_ queue: inout Queue, to sink: (any FrameSink)?) -> Int {
        let done = queue.transmit(into: &outbound, transmitRules, &memory)
        if outbound.count > 0 {
            counters.sent += outbound.count
            if configuration.isLinkUp { sink?.accept(outbound) }
            outbound.removeAll()
        }
        publish(&queue)
        if done == 0 { sleep(&queue) }
        return done
    }

    /// Queues that are off must stay empty. (VirtIO 1.2 §5.1.6.5.6.1)
    private mutating func watchIdleQueues<Queue: LyingQueue>(_ queues: inout [Queue]) {
        for pair in activePairs..<controlIndex / 2 where queues[pair * 2 + 1].core.stash.isEmpty {
            queues[pair * 2 + 1].refresh(&memory)
            guard let chain = queues[pair * 2 + 1].next(&memory) else { continue }
            memory.violate("queue \(pair * 2 + 1): a frame to send on a queue that is off", "5.1.6.5.6.1")
            queues[pair * 2 + 1].core.stash.append(chain)
        }
    }

    /// Delivers frames that wait, and as many as the source has now, up to a burst.
    private mutating func receive<Queue: LyingQueue>(
        into queues: inout [Queue], _ inbound: inout Inbound, from source: (any FrameSource)?
    ) -> Int {
        guard configuration.isLinkUp else { return 0 }
        if inbound.next >= inbound.burst.count {
            guard let source else { return 0 }
            inbound.burst.removeAll()
            inbound.next = 0
            source.pull(FrameBurst.limit, into: &inbound.burst)
        }
        guard inbound.burst.count > 0 else { return 0 }
        for pair in 0..<activePairs where queues[pair * 2].core.isAwake {
            queues[pair * 2].refresh(&memory)
            if queues[pair * 2].core.isScrambled { queues[pair * 2].scramble(&memory) }
        }
        let first = inbound.next
        inbound.next = deliver(inbound.burst, from: first, into: &queues)
        for pair in 0..<activePairs { publish(&queues[pair * 2]) }
        return inbound.next - first
    }

    /// Delivers frames from `first` on. Returns the number of the first one that has to wait.
    private mutating func deliver<Queue: LyingQueue>(
        _ frames: borrowing FrameBurst, from first: Int, into queues: inout [Queue]
    ) -> Int {
        let plain = plainReception(frames)
        var index = first
        while index < frames.count {
            if let plain, queues[0].core.isAwake {
                let done = queues[0].deliverRun(frames, from: index, plain, &memory)
                counters.delivered += done
                index += done
                guard index < frames.count else { break }
            }
            let frame = frames.frame(index)
            guard filter.accepts(frame) else {
                counters.filtered += 1
                index += 1
                continue
            }
            let queue = activePairs == 1 ? 0 : pair(for: frame) * 2
            let delivery = queues[queue].core.isAwake ? queues[queue].deliver(frame, receiveRules, &memory) : .noBuffer
            switch delivery {
            case .delivered: counters.delivered += 1
            case .tooLong: counters.tooLong += 1
            case .noBuffer:
                sleep(&queues[queue])
                if isLossless { return index }
                counters.dropped += 1
            }
            index += 1
        }
        return index
    }

    /// The rule for frames that are received in runs; nil if none are.
    private func plainReception(_ frames: borrowing FrameBurst) -> PlainReception? {
        guard receiveRules.allowsRuns, activePairs == 1 else { return nil }
        if filter.modes == .promiscuous { return PlainReception() }
        guard filter.modes.isEmpty else { return nil }
        // One look is enough for frames that are alike.
        if frames.isUniform, filter.accepts(frames.frame(0)) { return PlainReception() }
        return PlainReception(destination: filter.own)
    }

    /// The queue pair for a frame. (VirtIO 1.2 §5.1.6.5.6)
    private func pair(for frame: borrowing RawSpan) -> Int {
        spreader?.queue(of: frame).queue ?? counters.delivered % activePairs
    }

    private mutating func command<Queue: LyingQueue>(_ queues: inout [Queue]) -> Int {
        let isReady = queues.map(\.core.isLive)
        let done = answerCommands(in: &queues[controlIndex]) { isReady[$0] }
        publish(&queues[controlIndex])
        if done == 0 { sleep(&queues[controlIndex]) }
        return done
    }
}

extension Spreader {
    /// Spreads flows over `queues` with the key that Microsoft's verification suite uses.
    static func standard(queues: Int) -> Spreader {
        let key: [UInt8] = [
            0x6D, 0x5A, 0x56, 0xDA, 0x25, 0x5B, 0x0E, 0xC2, 0x41, 0x67, 0x25, 0x3D, 0x43, 0xA3, 0x8F, 0xB0,
            0xD0, 0xCA, 0x2B, 0xCB, 0xAE, 0x7B, 0x30, 0xB4, 0x77, 0xCB, 0x2D, 0xA3, 0x80, 0x30, 0xF2, 0x0C,
            0x6A, 0x42, 0xB7, 0x3B, 0xBE, 0xAC, 0x01, 0xFA,
        ]
        return Spreader(key: key, table: (0..<128).map { UInt8($0 % queues) })
    }
}
