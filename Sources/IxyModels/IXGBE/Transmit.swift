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
            switch data.transmitRings[index].poll() {
            case .quiet: continue
            case .rung: data.isUnsettled = true
            case .beyond: complainOfTails()
            }
            done += data.transmitRings[index].send(
                through: &outbound, to: sink, &transmitWork, buffers: &transmitPort, heads: &port, &violations)
        }
        if outbound.count > 0 { outbound.flush(to: sink) }
        if done > 0 { data.isUnsettled = true }
        return done
    }
}

extension FrameBurst {
    /// Hands all frames on.
    mutating func flush(to sink: (any FrameSink)?) {
        sink?.accept(self)
        removeAll()
    }
}

/// The registers' settings for how frames are sent.
struct TransmitSettings {
    typealias R = IXGBERegisters

    /// Transmit is on, memory may be used, and there is a link.
    var isOn = false
    /// Sent frames come back. (82599 §8.2.3.22.8)
    var isLooped = false

    init() {}

    init(_ registers: RegisterFile, isBusMaster: Bool) {
        isOn = isBusMaster && registers.isSet(R.DMATXCTL.enable) && registers.isSet(R.STATUS.masterEnabled)
            && registers.isSet(R.LINKS.isUp)
        isLooped = registers.isSet(R.HLREG0.loopback)
    }
}

extension TransmitWork {
    /// Takes what the registers say; contexts stay.
    mutating func refresh(_ registers: RegisterFile) {
        typealias R = IXGBERegisters
        // The hardware pads. (82599 §8.2.3.22.8)
        minimum = registers.isSet(R.HLREG0.transmitPad) ? 60 : 0
        tagType = UInt16(truncatingIfNeeded: registers.field(R.DMATXCTL.vlanType))
        flags.first = UInt16(truncatingIfNeeded: registers.field(R.DTXTCPFLGL.first))
        flags.middle = UInt16(truncatingIfNeeded: registers.field(R.DTXTCPFLGL.middle))
        flags.last = UInt16(truncatingIfNeeded: registers.field(R.DTXTCPFLGH.last))
    }
}
