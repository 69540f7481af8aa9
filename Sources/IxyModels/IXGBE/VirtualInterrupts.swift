import Ixy
import IxyHardware

/// Interrupts of virtual functions: three vectors each, two for queues and one for the mailbox, as its driver likes.
/// (82599 §7.3.4.3)
extension Model82599 {
    /// Reads an interrupt register of a virtual function; nil if it is another register.
    func readVirtualInterrupts(_ function: Int, _ word: RegisterFile.Word) -> UInt32? {
        switch word.register.name {
        case V.VTEICR.name: virtualFunctions.interrupts[function].cause & word.stored
        case V.VTEIMS.name: virtualFunctions.interrupts[function].mask & word.stored
        case V.VTEIAM.name: virtualFunctions.interrupts[function].autoMask & word.stored
        default: nil
        }
    }

    /// Takes a value that was written to one of these; false for others.
    mutating func writeVirtualInterrupts(_ function: Int, _ value: UInt32, _ word: RegisterFile.Word) -> Bool {
        let value = value & word.stored
        switch word.register.name {
        case V.VTEICR.name: virtualFunctions.interrupts[function].clear(value)
        case V.VTEICS.name: virtualFunctions.interrupts[function].set(value)
        case V.VTEIMS.name: virtualFunctions.interrupts[function].unmask(value)
        case V.VTEIMC.name: virtualFunctions.interrupts[function].mask(value)
        case V.VTEIAM.name: virtualFunctions.interrupts[function].setAutoMask(value)
        default: return false
        }
        return true
    }

    /// A queue of a virtual function has something to tell. False if the queue is none's. (82599 §8.3.5.2.9)
    mutating func raiseVirtual(_ queue: Int, isReceive: Bool) -> Bool {
        guard let count = physicalFunction?.count else { return false }
        let (function, number) = queue.quotientAndRemainder(dividingBy: queuesPerPool)
        guard function < count else { return false }
        let allocation = virtualFunctions[function, V.VTIVAR.offset(number / 2)]
            >> UInt32(number % 2 * 16 + (isReceive ? 0 : 8))
        if allocation & 0x80 != 0 { virtualFunctions.interrupts[function].raise(vector: Int(allocation & 3)) }
        return true
    }

    /// The physical function has written to a mailbox.
    mutating func raiseVirtualMailbox(_ function: Int) {
        let allocation = virtualFunctions.get(V.VTIVAR_MISC.self, function)
        guard allocation.isSet(V.VTIVAR_MISC.valid) else { return }
        virtualFunctions.interrupts[function].raise(vector: Int(allocation[V.VTIVAR_MISC.vector]))
    }

    /// The messages that are due for a virtual function.
    mutating func takeInterrupts(virtual function: Int) -> InterruptRequest {
        guard virtualFunctions.interrupts[function].isAsserted else { return InterruptRequest() }
        let intervals = (0..<Interrupts.vectorCount).map { vector in
            vector < V.VTEITR.count
                ? UInt64(virtualFunctions.get(V.VTEITR.self, function, vector)[V.VTEITR.interval]) * 2000 : 0
        }
        let settings = InterruptSettings(
            intervals: intervals, autoClear: UInt64(virtualFunctions[function, V.VTEIAC.offset(0)]))
        return virtualFunctions.interrupts[function].take(settings, now: now)
    }
}

extension InterruptSettings {
    /// Those of a virtual function, each of whose vectors has its message, which masks by VTEIAM.
    init(intervals: [UInt64], autoClear: UInt64) {
        isMultiple = true
        autoMasks = true
        self.autoClear = autoClear
        otherAutoClear = 0
        timerVector = nil
        otherVector = nil
        self.intervals = intervals
    }
}

extension ModelNIC {
    /// The interrupts of a virtual function that are due now; their sending is the caller's.
    package func takeInterrupts(virtual function: Int) -> InterruptRequest {
        control { $0.takeInterrupts(virtual: function) }
    }
}
