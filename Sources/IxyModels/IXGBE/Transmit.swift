import Ixy
import IxyHardware

/// The transmit side: from the driver's buffers onto the wire. (82599 §7.2)
extension Model82599 {
    /// Sends up to a burst from each enabled queue to `sink`. Returns how many descriptors were done.
    mutating func transmit(to sink: (any FrameSink)?) -> Int {
        // Without a link the rings wait.
        guard data.transmit.isOn else { return 0 }
        var done = 0
        for index in data.transmitRings.indices {
            pollTransmitTail(index)
            if data.transmitRings[index].hasWork { done += transmit(ring: index, to: sink) }
        }
        if outbound.count > 0 { flush(to: sink) }
        if done > 0 { data.isUnsettled = true }
        return done
    }

    private mutating func transmit(ring index: Int, to sink: (any FrameSink)?) -> Int {
        var done = 0
        while done < FrameBurst.limit, data.transmitRings[index].hasWork {
            if outbound.isFull { flush(to: sink) }
            let taken = data.transmitRings[index].take(
                FrameBurst.limit - done, into: &outbound.store, through: transmitPort)
            done += taken
            if taken == 0 {
                let count = transmitOne(index)
                if count == 0 { break }
                done += count
            }
        }
        if !data.transmitRings[index].report(through: &port) { complainOfHead(index) }
        return done
    }

    /// Returns how many descriptors were done.
    private mutating func transmitOne(_ index: Int) -> Int {
        let outcome = data.transmitRings[index].takeOne(
            into: &outbound.store, minimum: data.transmit.minimum, through: &transmitPort, &violations)
        return switch outcome {
        case .sent(let descriptors), .lost(let descriptors): descriptors
        case .waits: 0
        }
    }

    @inline(never)
    private mutating func complainOfHead(_ index: Int) {
        violate(
            "the head of queue \(data.transmitRings[index].queue) is written outside of mapped memory", "7.2.3.5.2")
    }

    private mutating func flush(to sink: (any FrameSink)?) {
        sink?.accept(outbound)
        outbound.removeAll()
    }
}

/// What the registers say about how frames are sent.
struct TransmitSettings {
    typealias R = IXGBERegisters

    /// Transmit is on, memory may be used, and there is a link.
    var isOn = false
    /// Bytes that each frame has at least: the hardware pads. (82599 §8.2.3.22.8)
    var minimum = 60

    init() {}

    init(_ registers: RegisterFile) {
        isOn = registers.isSet(R.DMATXCTL.enable) && registers.isSet(R.STATUS.masterEnabled)
            && registers.isSet(R.LINKS.isUp)
        minimum = registers.isSet(R.HLREG0.transmitPad) ? 60 : 0
    }
}
