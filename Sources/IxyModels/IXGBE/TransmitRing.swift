import Ixy
import IxyHardware

/// A transmit ring that is enabled, as a burst sees it. (82599 §7.2.3.3)
struct TransmitRing: ~Copyable {
    typealias R = IXGBERegisters

    let queue: Int
    /// Its descriptors; none if they are not mapped.
    let memory: DeviceRing
    let size: Int
    private let doorbell: TailRegister
    /// Where the head is reported; nil if each descriptor is written back instead. (82599 §7.2.3.5.2)
    let headAddress: UInt64?
    /// The tail that the driver wrote last.
    private(set) var tail: UInt32
    var head: Int
    /// The head to report.
    var reported: Int?
    var frames = 0
    var bytes = 0
    /// It cannot go on, until the driver changes something.
    private var isFaulty = false
    /// Something was reported since it was last asked.
    var hasNews = false

    init(
        _ queue: Int, _ registers: RegisterFile, tail: UInt32, _ doorbell: consuming TailRegister,
        through port: inout DMAPort
    ) {
        self.queue = queue
        let base = UInt64(registers[R.TDBAH.offset(queue)]) << 32 | UInt64(registers[R.TDBAL.offset(queue)])
        size = Int(registers.field(R.TDLEN.length, queue)) / 16
        memory = port.ring(at: base, count: size) ?? DeviceRing()
        self.doorbell = doorbell
        let low = registers.get(R.TDWBAL.self, queue)
        headAddress = low.isSet(R.TDWBAL.enable)
            ? UInt64(registers[R.TDWBAH.offset(queue)]) << 32 | UInt64(low.raw & ~3) : nil
        self.tail = tail
        head = Int(registers[R.TDH.offset(queue)])
        // A driver can move the head, or shrink the ring behind it. (82599 §8.2.3.9.8)
        isFaulty = head >= size
    }

    /// The counts since they were last written to the registers.
    var counts: (frames: Int, bytes: Int) { (frames, bytes) }

    /// Writes what was counted, and the head. (82599 §8.2.3.23)
    mutating func settle(in registers: inout RegisterFile) {
        registers[R.TDH.offset(queue)] = UInt32(head)
        let set = Int(registers[R.TQSM.offset(queue / 4)] >> UInt32(queue % 4 * 8)) & 15
        registers.add(R.QPTC.self, frames, set)
        registers.add(R.QBTCL.self, R.QBTCH.self, bytes, set)
        registers.add(R.GPTC.self, frames)
        registers.add(R.TPT.self, frames)
        registers.add(R.GOTCL.self, R.GOTCH.self, bytes)
        frames = 0
        bytes = 0
    }

    /// Whether something was reported since the last call.
    mutating func takeNews() -> Bool {
        defer { hasNews = false }
        return hasNews
    }

    /// Looks at the doorbell. One that was not rung is of no interest only if nothing is left to do.
    mutating func poll() -> Doorbell {
        let new = doorbell.read()
        guard new != tail else { return hasWork ? .rung : .quiet }
        tail = new
        return new < size ? .rung : .beyond
    }

    /// Sends up to a burst of what the driver has given us. Returns how many descriptors were done.
    mutating func send(
        through burst: inout FrameBurst, to sink: (any FrameSink)?, _ work: inout TransmitWork, buffers: inout DMAPort,
        heads: inout DMAPort, _ violations: inout [Violation]
    ) -> Int {
        var done = 0
        while done < FrameBurst.limit, hasWork {
            if burst.isFull { burst.flush(to: sink) }
            var taken = take(FrameBurst.limit - done, into: &burst.store, through: &buffers)
            if taken == 0 { taken = takeOffloaded(into: &burst, to: sink, &work, through: &buffers, &violations) }
            if taken == 0 { taken = takeOne(into: &burst.store, minimum: work.minimum, through: &buffers, &violations) }
            if taken == 0 { break }
            done += taken
        }
        if let head = reported, let headAddress {
            reported = nil
            if !heads.store32(UInt32(head), at: headAddress) {
                complain("the head of queue \(queue) is written outside of mapped memory", "7.2.3.5.2", &violations)
            }
        }
        return done
    }

    @inline(never)
    func complain(_ text: @autoclosure () -> String, _ section: String, _ violations: inout [Violation]) {
        guard violations.count < Model82599.violationLimit else { return }
        violations.append(Violation(text: text(), section: section))
    }

    /// Descriptors from the head on that the driver has given us.
    private var pending: Int {
        let tail = Int(tail)
        guard tail < size, !isFaulty else { return 0 }
        return tail >= head ? tail - head : tail - head + size
    }

    /// Whether it has descriptors for us.
    private var hasWork: Bool { Int(tail) != head && tail < size && !isFaulty }

    private mutating func advance(_ count: Int) {
        head += count
        if head >= size { head -= size }
    }

    /// Takes whole frames that are all like the first one, as long as nothing about them is special. Returns how many.
    private mutating func take(_ limit: Int, into store: inout FrameStore, through port: inout DMAPort) -> Int {
        let count = min(limit, pending, memory.straightCount - head)
        guard count > 0 else { return 0 }
        let first = TransmitCommand(word: memory.slots[head].load(1))
        guard first.count >= 60, let length = ShortLength(first.count),
            first.word & ~TransmitCommand.report == TransmitCommand.plain(first.count)
        else { return 0 }
        var last = -1
        let done = TransmitRing.copy(
            memory.slots, from: head, length.count, into: store.freeLines(upTo: count), through: port.recent.lines,
            writesBack: headAddress == nil, &last)
        guard done > 0 else { return 0 }
        store.take(done, length: length.count)
        if last >= 0 { hasNews = true }
        if last >= 0 { reported = head + last + 1 == size ? 0 : head + last + 1 }
        advance(done)
        frames += done
        bytes += done * (length.count + 4)
        return done
    }

    /// - Parameter reported: set to the last descriptor that asks for a report, counted from `head`.
    @inline(__always)
    private static func copy(
        _ slots: Span<DescriptorWords>, from head: Int, _ length: Int, into lines: consuming MutableSpan<Line>,
        through window: MemoryWindow.Lines, writesBack: Bool, _ reported: inout Int
    ) -> Int {
        let plain = TransmitCommand.plain(length)
        let plainWithReport = plain | TransmitCommand.report
        let slots = slots.extracting(head..<head + lines.count)
        for index in 0..<slots.count {
            let command = slots[index].load(1)
            guard command == plain || command == plainWithReport, let line = window.load(slots[index].load(0)) else {
                return index
            }
            lines[index] = line
            if command != plain {
                reported = index
                if writesBack { slots[index].store(TransmitCommand(word: command).done, 1) }
            }
        }
        return slots.count
    }

    /// Takes the frame whose first descriptor is at the head, whatever it is like, if its end is there too.
    ///
    /// - Returns: how many descriptors it had; none if it has to wait for its end.
    @inline(never)
    private mutating func takeOne(
        into store: inout FrameStore, minimum: Int, through port: inout DMAPort, _ violations: inout [Violation]
    ) -> Int {
        guard memory.count == size else {
            complain("the descriptors of transmit queue \(queue) are outside of mapped memory", "7.2.3.3", &violations)
            isFaulty = true
            return 0
        }
        guard let parts = partsOfFrame() else {
            if pending == size - 1 {
                complain("a frame fills the ring of transmit queue \(queue) and has no end", "7.2.3.3", &violations)
                isFaulty = true
            }
            return 0
        }
        var isGood = true
        var payload = 0
        var isAdvanced = false
        for part in 0..<parts {
            let address = memory.load(0, of: head)
            let command = TransmitCommand(word: memory.load(1, of: head))
            if part == 0 {
                payload = command.payload
                isAdvanced = command.isAdvanced
            }
            for found in command.complaints(isFirst: part == 0) { complain(found.text, found.section, &violations) }
            if command.isContext || command.isAdvanced && command.type != 3 {
                isGood = false
            } else if isGood, command.count > FrameStore.longest - store.unfinished {
                complain("a frame of more than \(FrameStore.longest) bytes", "1.3", &violations)
                isGood = false
            } else if isGood, !port.append(at: address, count: command.count, to: &store) {
                complain("DMA of transmit queue \(queue) outside of mapped memory", "7.2.3.2.4", &violations)
                isGood = false
            }
            let next = head + 1 == size ? 0 : head + 1
            if command.reports {
                hasNews = true
                if headAddress != nil { reported = next } else { memory.store(command.done, 1, of: head) }
            }
            head = next
        }
        guard isGood, store.unfinished > 0 else {
            store.abandon()
            return parts
        }
        // The first descriptor has the length of the whole frame.
        if isAdvanced, payload != store.unfinished {
            let text = "PAYLEN is \(payload), the frame has \(store.unfinished) bytes"
            complain(text, "7.2.3.2.4", &violations)
        }
        frames += 1
        bytes += max(minimum, store.unfinished) + 4
        store.finish(minimum: minimum)
        return parts
    }

    /// How many descriptors the frame at the head has; nil if its end is not in the ring yet. A context descriptor
    /// belongs to no frame.
    func partsOfFrame() -> Int? {
        var slot = head
        for number in 1...max(1, pending) where number <= pending {
            let command = TransmitCommand(word: memory.load(1, of: slot))
            if command.isEnd || command.isContext && number == 1 { return number }
            slot = slot + 1 == size ? 0 : slot + 1
        }
        return nil
    }
}
