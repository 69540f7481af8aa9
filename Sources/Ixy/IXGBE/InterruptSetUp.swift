import IxyHardware

extension IXGBE {
    /// A vector for each receive queue as long as there are enough; then queues share them. Empty where interrupts are
    /// not wanted, or cannot be had.
    static func wire<Source: InterruptSource & ~Copyable>(
        _ source: inout Source, _ settings: DeviceSettings
    ) throws(IxyError) -> [Sleep] {
        guard settings.usesInterrupts else { return [] }
        // A vector's number has 6 bits in IVAR. (82599 §8.2.3.5.16)
        let count = min(settings.queues, source.interruptCount, 64)
        var sleeps: [Sleep] = []
        do throws(HardwareError) {
            for vector in 0..<count {
                let interrupt = EventFile(adopting: try source.interrupt(vector))
                sleeps.append { milliseconds, hasPacket in
                    // Earlier signals say nothing about now; packets that came before that do not interrupt any more.
                    interrupt.take()
                    if !hasPacket() { _ = interrupt.wait(milliseconds: milliseconds) }
                }
            }
        } catch {
            throw .hardware(error)
        }
        return sleeps
    }
}

extension IXGBE.Controller where Bus: ~Copyable {
    /// Lets receive queues interrupt, each by its vector. A reset has switched all of it off. (82599 §4.6.6, §7.3.1)
    ///
    /// An interrupt is neither masked nor acknowledged by us: sending the message clears its cause, and the device leaves
    /// time between two of a vector. So a queue that waits reads and writes no register.
    func enableInterrupts(_ vectorCount: Int) {
        guard vectorCount > 0 else { return }
        bus.write(IXGBE.R.GPIE.self) {
            $0.set(IXGBE.R.GPIE.multipleMSIX)
            // Interrupts that come while a vector is masked stay pending; without this bit an erratum can lose them.
            $0.set(IXGBE.R.GPIE.pbaSupport)
            // Only other causes are cleared by reading, as those of the queues clear themselves. (§8.2.3.5.1)
            $0.set(IXGBE.R.GPIE.otherClearDisable)
        }
        var vectors: UInt64 = 0
        for queue in queues.indices {
            let vector = queue % vectorCount
            vectors |= 1 << UInt64(vector)
            // A word holds receive and transmit of two queues. (§8.2.3.5.16)
            bus.modify(IXGBE.R.IVAR.self, at: queue / 2) {
                if queue % 2 == 0 {
                    $0[IXGBE.R.IVAR.vector0] = UInt32(vector)
                    $0.set(IXGBE.R.IVAR.valid0)
                } else {
                    $0[IXGBE.R.IVAR.vector2] = UInt32(vector)
                    $0.set(IXGBE.R.IVAR.valid2)
                }
            }
        }
        for vector in 0..<vectorCount {
            bus.write(IXGBE.R.EITR.self, at: vector) { $0[IXGBE.R.EITR.interval] = IXGBE.interruptInterval }
        }
        // Vectors from 16 on always clear their cause. (§7.3.1.3)
        bus.write(IXGBE.R.EIAC.self) { $0[IXGBE.R.EIAC.queues] = UInt32(vectors & 0xFFFF) }
        for half in 0..<IXGBE.R.EIMS_EX.count {
            let bits = UInt32(truncatingIfNeeded: vectors >> UInt64(32 * half))
            if bits != 0 { bus.write(IXGBE.R.EIMS_EX.self, at: half) { $0[IXGBE.R.EIMS_EX.vectors] = bits } }
        }
    }
}

extension IXGBE {
    /// At least so long from one interrupt of a vector to the next, in units of 2 µs: 50 µs. (82599 §8.2.3.5.12)
    static var interruptInterval: UInt32 { 25 }
}
