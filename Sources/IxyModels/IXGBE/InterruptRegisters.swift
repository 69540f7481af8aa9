import Ixy
import IxyHardware

/// The registers of interrupts, which are views of `Interrupts`. (82599 §8.2.3.5)
extension Model82599 {
    /// Whether a register is one of these. Its value is then `interruptRegister`, whatever was stored.
    mutating func readsInterrupts(_ word: RegisterFile.Word, at offset: Int) -> UInt32? {
        switch word.register.name {
        case R.EICR.name:
            let value = interrupts.cause
            // Reading clears, but with OCD only other causes. (82599 §8.2.3.5.1, §7.3.1.4.3)
            interrupts.clear(registers.isSet(R.GPIE.otherClearDisable) ? 0x3FFF_0000 : .max)
            if !registers.isSet(R.GPIE.autoMask) { interrupts.touchCause() }
            return value
        case R.EICS.name:
            // Declared as write-only; Linux's driver reads the causes there, where reading clears nothing.
            report(word, "read, though it is write-only")
            return interrupts.cause
        case R.EIMS.name: return interrupts.mask
        case R.EIAM.name: return interrupts.autoMask
        case R.EIMS_EX.name: return interrupts.maskHalf(word.index)
        case R.EIAM_EX.name: return interrupts.autoMaskHalf(word.index)
        default: return nil
        }
    }

    /// Takes a value that was written to one of these; false for others.
    mutating func writeInterrupts(_ value: UInt32, _ word: RegisterFile.Word) -> Bool {
        switch word.register.name {
        case R.EICR.name:
            interrupts.clear(value)
            if !registers.isSet(R.GPIE.autoMask) { interrupts.touchCause() }
        case R.EICS.name: interrupts.set(value & word.stored)
        case R.EICS_EX.name: interrupts.set(value, half: word.index)
        case R.EIMS.name: interrupts.unmask(value & word.stored)
        case R.EIMS_EX.name: interrupts.unmask(value, half: word.index)
        case R.EIMC.name:
            interrupts.mask(value)
            if value & word.stored == word.stored { areInterruptsMasked = true }
        case R.EIMC_EX.name: interrupts.mask(value, half: word.index)
        case R.EIAM.name: interrupts.setAutoMask(value & word.stored)
        case R.EIAM_EX.name: interrupts.setAutoMask(value, half: word.index)
        default: return false
        }
        return true
    }

    /// A queue has something to tell; IVAR says by which vector. (82599 §7.3.4)
    mutating func raise(_ queue: Int, isReceive: Bool) {
        if raiseVirtual(queue, isReceive: isReceive) { return }
        let allocation = registers[R.IVAR.offset(queue / 2)] >> UInt32(queue % 2 * 16 + (isReceive ? 0 : 8))
        guard allocation & 0x80 != 0 else { return }
        interrupts.raise(vector: Int(allocation & 0x3F))
    }

    /// Another cause, as its bit in EICR.
    mutating func raise(_ cause: Field<R.EICR>) { interrupts.raise(others: cause.description.mask) }

    /// Raises interrupts for the queues' work since the last time.
    mutating func raiseQueueInterrupts() {
        guard interrupts.isUsed || physicalFunction != nil else { return }
        for index in data.receiveRings.indices where data.receiveRings[index].takeNews() {
            raise(data.receiveRings[index].queue, isReceive: true)
        }
        for index in data.transmitRings.indices where data.transmitRings[index].takeNews() {
            raise(data.transmitRings[index].queue, isReceive: false)
        }
    }

    /// Takes the interrupts that the bus is to send now.
    mutating func takeInterrupts() -> InterruptRequest {
        guard interrupts.isAsserted else { return InterruptRequest() }
        if interruptVersion != registers.changes {
            interruptSettings = InterruptSettings(registers)
            interruptVersion = registers.changes
        }
        return interrupts.take(interruptSettings, now: now)
    }

    /// The clock of interrupt moderation, in nanoseconds: the wall's, or so many for each unit of the model's own time.
    var now: UInt64 { isServed ? MonotonicClock.nanoseconds : UInt64(time) * 1000 }
}
