import Ixy
import IxyHardware

/// A receive ring that is enabled, as a burst sees it. (82599 §7.1.9)
struct ReceiveRing: ~Copyable {
    typealias R = IXGBERegisters

    let queue: Int
    /// Its descriptors; none if they are not mapped.
    private let memory: DeviceRing
    private let size: Int
    private let bufferSize: Int
    private let dropsFrames: Bool
    private let doorbell: TailRegister
    /// The tail that the driver wrote last.
    private(set) var tail: UInt32
    private var head: Int
    private var frames = 0
    private var bytes = 0
    private var dropped = 0
    private var isFaulty = false
    /// Something was written back since it was last asked.
    private var hasNews = false

    init(
        _ queue: Int, _ registers: RegisterFile, tail: UInt32, _ doorbell: consuming TailRegister,
        through port: inout DMAPort
    ) {
        self.queue = queue
        let base = UInt64(registers[R.RDBAH.offset(queue)]) << 32 | UInt64(registers[R.RDBAL.offset(queue)])
        size = Int(registers.field(R.RDLEN.length, queue)) / 16
        memory = port.ring(at: base, count: size) ?? DeviceRing()
        bufferSize = Int(registers.field(R.SRRCTL.packetBufferSize, queue)) * 1024
        dropsFrames = registers.isSet(R.SRRCTL.dropEnable, queue)
        self.doorbell = doorbell
        self.tail = tail
        head = Int(registers[R.RDH.offset(queue)])
    }

    /// Looks at the doorbell.
    mutating func poll() -> Doorbell {
        let new = doorbell.read()
        guard new != tail else { return .quiet }
        tail = new
        return new < size ? .rung : .beyond
    }

    /// Descriptors that the driver has given us. The one at the tail is not the hardware's. (82599 §7.1.9)
    var free: Int {
        let tail = Int(tail)
        // A driver can move the head, or shrink the ring behind it: then nothing of it is ours. (82599 §8.2.3.8.4)
        guard tail < size, head < size else { return 0 }
        return tail >= head ? tail - head : tail - head + size
    }

    /// The counts since they were last written to the registers.
    var counts: (frames: Int, bytes: Int) { (frames, bytes) }

    /// Writes what was counted, and the head.
    mutating func settle(in registers: inout RegisterFile) {
        registers[R.RDH.offset(queue)] = UInt32(head)
        // The counter set of the queue. (82599 §8.2.3.23.71)
        let set = Int(registers[R.RQSMR.offset(queue / 4)] >> UInt32(queue % 4 * 8)) & 15
        registers.add(R.QPRC.self, frames, set)
        registers.add(R.QBRCL.self, R.QBRCH.self, bytes, set)
        if dropsFrames {
            registers.add(R.QPRDC.self, dropped, set)
        } else {
            registers.add(R.MPC.self, dropped)
        }
        frames = 0
        bytes = 0
        dropped = 0
    }

    /// Puts frames into the ring that are all like number `first`, as long as nothing about them is special: they are
    /// good, short, and wanted by their address. Returns how many.
    mutating func fill(
        from burst: inout FrameBurst, _ first: Int, through port: inout DMAPort, _ plain: PlainFrames
    ) -> Int {
        let count = min(burst.count - first, free, memory.straightCount - head)
        guard count > 0 else { return 0 }
        let shape = burst.store.shape(first)
        // Flags make it too large.
        guard plain.lengths.contains(Int(shape)), let length = ShortLength(Int(shape)) else { return 0 }
        // Two loops, one of which looks at each frame.
        let done = burst.isUniform && burst.store.isEven
            ? moveLines(count, shape, length, from: burst, first, through: port, plain)
            : move(count, shape, length, from: burst, first, through: port, plain)
        head += done
        if head == size { head = 0 }
        frames += done
        bytes += done * (Int(shape) + 4)
        if done > 0 { hasNews = true }
        return done
    }

    /// Frames of one line each, all alike: if the first one is plain, all are.
    private func moveLines(
        _ count: Int, _ shape: UInt32, _ length: ShortLength, from burst: borrowing FrameBurst, _ first: Int,
        through port: borrowing DMAPort, _ plain: PlainFrames
    ) -> Int {
        let slots = memory.slots.extracting(head..<head + count)
        let waiting = burst.store.evenLines.extracting(first..<first + count)
        guard plain.take(waiting.rawBytes), waiting.count == slots.count else { return 0 }
        let window = port.recent.lines
        let writeBack = UInt64(shape) << 32 | WriteBack.done | WriteBack.endOfPacket
        var index = 0
        while index < slots.count {
            let line = waiting.extracting(index..<index &+ 1).rawBytes
            guard window.write(line, length, to: slots[index].load(0)) else { return index }
            slots[index].store(0, 0)
            slots[index].store(writeBack, 1)
            index &+= 1
        }
        return index
    }

    /// Frames that are not known to be all alike.
    private func move(
        _ count: Int, _ shape: UInt32, _ length: ShortLength, from burst: borrowing FrameBurst, _ first: Int,
        through port: borrowing DMAPort, _ plain: PlainFrames
    ) -> Int {
        let slots = memory.slots.extracting(head..<head + count)
        let waiting = burst.store.frames.extracting(from: first, count: count)
        let window = port.recent.lines
        let writeBack = UInt64(shape) << 32 | WriteBack.done | WriteBack.endOfPacket
        for index in 0..<slots.count {
            let line = waiting.line(index)
            if waiting.shape(index) != shape || !plain.take(line) { return index }
            guard window.write(line, length, to: slots[index].load(0)) else { return index }
            slots[index].store(0, 0)
            slots[index].store(writeBack, 1)
        }
        return slots.count
    }

    /// The outcome for a frame.
    enum Outcome {
        case delivered
        /// No descriptor was free.
        case noDescriptor
        /// A buffer was not where the driver may put one, and the frame is lost.
        case fault
    }

    /// Puts frame `index` into the ring, over as many buffers as it needs.
    ///
    /// - Parameter found: what its descriptors say of it.
    mutating func put(
        _ index: Int, of burst: borrowing FrameBurst, _ found: Classification, through port: inout DMAPort
    ) -> Outcome {
        let length = burst.frame(index).byteCount
        let outcome = put(burst.frame(index), found.low, found.high, through: &port)
        if outcome == .delivered {
            frames += 1
            bytes += length + 4
        }
        return outcome
    }

    /// The same with the frame's check sequence behind it.
    mutating func putWithCheck(
        _ index: Int, of burst: borrowing FrameBurst, _ found: Classification, through port: inout DMAPort
    ) -> Outcome {
        let isWrong = found.high & WriteBack.receiveError != 0
        let whole = FrameCheck.frame(burst.frame(index), isWrong: isWrong)
        let outcome = put(whole.span.rawBytes, found.low, found.high, through: &port)
        if outcome == .delivered {
            frames += 1
            bytes += whole.count
        }
        return outcome
    }

    /// The same without its tag, which goes into the descriptor. (82599 §7.4.1)
    mutating func putWithoutTag(
        _ index: Int, _ tag: UInt16, of burst: borrowing FrameBurst, _ found: Classification, withCheck: Bool,
        through port: inout DMAPort
    ) -> Outcome {
        let frame = burst.frame(index)
        var bytes = withCheck
            ? FrameCheck.frame(frame, isWrong: false) : (0..<frame.byteCount).map { frame[$0] }
        bytes.removeSubrange(12..<16)
        let outcome = put(
            bytes.span.rawBytes, found.low, found.high | WriteBack.tagged | UInt64(tag) << 48, through: &port)
        if outcome == .delivered {
            self.frames += 1
            self.bytes += burst.frame(index).byteCount + 4
        }
        return outcome
    }

    /// Whether a frame of `count` bytes fits in what is free.
    func hasRoom(_ count: Int) -> Bool { bufferSize > 0 && min(free, memory.count) * bufferSize >= count }

    private mutating func put(
        _ frame: RawSpan, _ low: UInt64, _ high: UInt64, through port: inout DMAPort
    ) -> Outcome {
        let needed = bufferSize >= frame.byteCount ? 1 : bufferSize > 0 ? (frame.byteCount - 1) / bufferSize + 1 : .max
        guard min(free, memory.count) >= needed else { return .noDescriptor }
        hasNews = true
        var outcome = Outcome.delivered
        var position = 0
        for part in 0..<needed {
            let count = min(bufferSize, frame.byteCount - position)
            let end = part == needed - 1 ? WriteBack.endOfPacket | high : 0
            if port.copyIn(frame.extracting(position..<position + count), to: memory.load(0, of: head)) {
                // Word 0: RSS and packet type, hash; word 1: status and error, length, VLAN. (82599 §7.1.6.2)
                memory.store(low, 0, of: head)
                memory.store(UInt64(count) << 32 | WriteBack.done | end, 1, of: head)
            } else {
                outcome = .fault
            }
            position += count
            head = head + 1 == size ? 0 : head + 1
        }
        return outcome
    }

    mutating func countDrop() { dropped += 1 }
    /// Whether something was written back since the last call.
    mutating func takeNews() -> Bool {
        defer { hasNews = false }
        return hasNews
    }
    /// Whether its descriptors are where the driver may put them.
    var isMapped: Bool { memory.count == size }
    /// Whether this is the first time that it is asked.
    mutating func becomesFaulty() -> Bool {
        defer { isFaulty = true }
        return !isFaulty
    }
}

/// The second word of a receive descriptor as the device writes it. (82599 §7.1.6.2)
enum WriteBack {
    static var done: UInt64 { 1 << 0 }
    static var endOfPacket: UInt64 { 1 << 1 }
    /// VP: the frame had a tag.
    static var tagged: UInt64 { 1 << 3 }
    /// RXE: a frame that is stored although it is bad.
    static var receiveError: UInt64 { 1 << 29 }
}
