import Ixy
import IxyHardware

/// The chip's state for each virtual function, besides its pool's queues.
struct VirtualFunctions {
    typealias V = IXGBEVFRegisters

    var mailboxes = Mailboxes()
    /// Their vectors.
    var interrupts = [Interrupts](repeating: Interrupts(), count: 64)
    /// The functions' own registers, up to where the queues' windows begin.
    private var values: [[UInt32]]

    /// The table's entry for each word.
    static let words: [RegisterFile.Word?] = {
        var words = [RegisterFile.Word?](repeating: nil, count: V.receiveQueues / 4)
        for register in V.all {
            let (access, reserved, stored) = (register.access, register.reservedBits, register.storedBits)
            for index in 0..<register.count {
                words[register.offset(index) / 4] = RegisterFile.Word(
                    register: register, index: index, access: access, reserved: reserved, stored: stored)
            }
        }
        return words
    }()

    init() { values = [[UInt32]](repeating: [UInt32](repeating: 0, count: V.receiveQueues / 4), count: 64) }

    subscript(function: Int, offset: Int) -> UInt32 {
        get { values[function][offset / 4] }
        set { values[function][offset / 4] = newValue }
    }

    func get<R: Register>(_: R.Type, _ function: Int, _ index: Int = 0) -> RegisterValue<R> {
        RegisterValue(read: self[function, R.offset(index)])
    }

    /// All of a function's own registers as after power-on.
    mutating func reset(_ function: Int) {
        for index in values[function].indices { values[function][index] = 0 }
        interrupts[function] = Interrupts()
    }
}

/// The registers that a virtual function's driver reads and writes. (82599 §8.3)
extension Model82599 {
    typealias V = IXGBEVFRegisters

    /// Queues of each pool. (82599 §7.10.2.7.2)
    var queuesPerPool: Int { registers.field(R.MRQC.mode) == 10 ? 4 : 2 }

    private var queueCount: Int { 128 }
    /// The queues of a function's pool, as far as there are any.
    private func queues(of function: Int) -> Range<Int> {
        let first = function * queuesPerPool
        return min(first, queueCount)..<min(first + queuesPerPool, queueCount)
    }

    /// The place among the PF's registers of what a virtual function calls `offset`; nil if it is no queue of its own.
    func windowed(_ function: Int, _ offset: Int) -> Int? {
        let isReceive = offset < V.transmitQueues
        let distance = offset - (isReceive ? V.receiveQueues : V.transmitQueues)
        let number = distance / V.queueDistance
        guard number < queuesPerPool else { return nil }
        let queue = function * queuesPerPool + number
        // The physical function can give each pool more queues than there are for all.
        guard queue < queueCount else { return nil }
        return (isReceive ? R.RDBAL.offset(queue) : R.TDBAL.offset(queue)) + distance % V.queueDistance
    }

    mutating func readVirtual(_ function: Int, at offset: Int) -> UInt32 {
        if offset >= V.receiveQueues, offset < 0x3000 {
            if let count = virtualCount(function, offset) { return count }
            guard let place = windowed(function, offset) else { return noVirtualRegister("read", function, offset) }
            return read(at: place)
        }
        reads += 1
        tick()
        guard offset >= 0, offset % 4 == 0, offset < V.receiveQueues, let word = VirtualFunctions.words[offset / 4] else {
            return noVirtualRegister("read", function, offset)
        }
        if word.access == .writeOnly {
            reportVirtual(function, word, "read, though it is write-only")
            return 0
        }
        if let value = readVirtualInterrupts(function, word) { return value }
        switch word.register.name {
        case V.VFSTATUS.name:
            return registers[R.STATUS.offset(0)]
                & (V.VFSTATUS.isLinkUp.description.mask | V.VFSTATUS.masterEnabled.description.mask)
        case V.VFLINKS.name: return registers[R.LINKS.offset(0)]
        case V.VFFRTIMER.name: return UInt32(truncatingIfNeeded: time)
        case V.VFMAILBOX.name: return virtualFunctions.mailboxes.readVirtual(function)
        case V.VFMBMEM.name: return registers[R.PFMBMEM.offset(function * 16 + word.index)]
        case V.VFPSRTYPE.name: return registers[R.PSRTYPE.offset(function)]
        default: return virtualFunctions[function, offset]
        }
    }

    mutating func writeVirtual(_ function: Int, _ value: UInt32, at offset: Int) {
        if offset >= V.receiveQueues, offset < 0x3000 {
            guard let place = windowed(function, offset) else {
                _ = noVirtualRegister("written", function, offset)
                return
            }
            return write(value, at: place)
        }
        tick()
        guard offset >= 0, offset % 4 == 0, offset < V.receiveQueues, let word = VirtualFunctions.words[offset / 4] else {
            _ = noVirtualRegister("written", function, offset)
            return
        }
        if word.access == .readOnly {
            reportVirtual(function, word, "written, though it is read-only")
            return
        }
        if writeVirtualInterrupts(function, value, word) { return }
        switch word.register.name {
        case V.VFCTRL.name:
            if RegisterValue<V.VFCTRL>(read: value).isSet(V.VFCTRL.reset) { resetVirtual(function, overBus: false) }
        case V.VFMAILBOX.name:
            if virtualFunctions.mailboxes.writeVirtual(function, RegisterValue(read: value)) { raise(R.EICR.mailBox) }
        case V.VFMBMEM.name:
            if !virtualFunctions.mailboxes.isUsed(function, by: .virtual) {
                reportVirtual(function, word, "written without VFMAILBOX.VFU")
            }
            registers[R.PFMBMEM.offset(function * 16 + word.index)] = value
        case V.VFPSRTYPE.name: registers[R.PSRTYPE.offset(function)] = value & word.stored
        default: virtualFunctions[function, offset] = value & word.stored
        }
    }

    @inline(never)
    private mutating func noVirtualRegister(_ verb: String, _ function: Int, _ offset: Int) -> UInt32 {
        violate("VF \(function): 0x\(String(offset, radix: 16, uppercase: true)) \(verb), where there is no register", "8.3")
        return 0
    }

    @inline(never)
    private mutating func reportVirtual(_ function: Int, _ word: RegisterFile.Word, _ what: String) {
        violate("VF \(function): \(word.label) \(what)", word.register.section)
    }

    /// The statistics lie among the queues' windows: frames, bytes in two halves, groups. (82599 §8.3.5.7)
    private func virtualCount(_ function: Int, _ offset: Int) -> UInt32? {
        func sum(_ counts: [Int]) -> Int { queues(of: function).reduce(0) { $0 + counts[$1] } }
        switch offset {
        case 0x101C: return UInt32(truncatingIfNeeded: sum(queueCounts.received))
        case 0x1020: return UInt32(truncatingIfNeeded: sum(queueCounts.receivedBytes))
        case 0x1024: return UInt32(truncatingIfNeeded: sum(queueCounts.receivedBytes) >> 32)
        case 0x1034: return 0
        case 0x201C: return UInt32(truncatingIfNeeded: sum(queueCounts.sent))
        case 0x2020: return UInt32(truncatingIfNeeded: sum(queueCounts.sentBytes))
        case 0x2024: return UInt32(truncatingIfNeeded: sum(queueCounts.sentBytes) >> 32)
        default: return nil
        }
    }

    /// A virtual function's queues are off and its registers as after power-on; the physical function has to let it send
    /// and receive anew. (82599 §4.2.2)
    mutating func resetVirtual(_ function: Int, overBus: Bool) {
        for queue in queues(of: function) {
            stopQueues(queue)
            for offset in stride(from: 0, to: V.queueDistance, by: 4) {
                registers.reset(at: R.RDBAL.offset(queue) + offset)
                registers.reset(at: R.TDBAL.offset(queue) + offset)
            }
        }
        let bit = UInt32(1) << UInt32(function % 32)
        registers[R.PFVFRE.offset(function / 32)] &= ~bit
        registers[R.PFVFTE.offset(function / 32)] &= ~bit
        virtualFunctions.reset(function)
        virtualFunctions.mailboxes.reset(function, overBus: overBus)
    }

    private mutating func stopQueues(_ queue: Int) {
        settle()
        handshakes.removeAll {
            switch $0 {
            case .receiveQueue(queue, _), .transmitQueue(queue, _): true
            default: false
            }
        }
        receiveQueues.removeAll { $0 == queue }
        transmitQueues.removeAll { $0 == queue }
        setTails(queue, 0)
        transmitWork.contexts.forget(queue)
        queueCounts.forget(queue)
        data.version = -1
    }
}

/// Frames and bytes of each queue, which a virtual function's driver may read and which never start anew.
struct QueueCounts {
    private(set) var received = [Int](repeating: 0, count: 128)
    private(set) var receivedBytes = [Int](repeating: 0, count: 128)
    private(set) var sent = [Int](repeating: 0, count: 128)
    private(set) var sentBytes = [Int](repeating: 0, count: 128)

    mutating func addReceived(_ queue: Int, _ counts: (frames: Int, bytes: Int)) {
        received[queue] += counts.frames
        receivedBytes[queue] += counts.bytes
    }

    mutating func addSent(_ queue: Int, _ counts: (frames: Int, bytes: Int)) {
        sent[queue] += counts.frames
        sentBytes[queue] += counts.bytes
    }

    mutating func forget(_ queue: Int) {
        received[queue] = 0
        receivedBytes[queue] = 0
        sent[queue] = 0
        sentBytes[queue] = 0
    }
}
