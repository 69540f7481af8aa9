import Ixy
import IxyHardware

/// The MAC's verdict on a frame. (82599 §7.1.1)
enum ReceiveVerdict {
    case good(Kind)
    /// It has an error; `isWanted` says whether it would pass the address filter.
    case bad(Mistake, isWanted: Bool)
    /// Nothing is wrong with it, but it is for others.
    case unwanted

    enum Kind { case unicast, multicast, broadcast }

    enum Mistake {
        case undersize, fragment, oversize, jabber, wrongCheck, wrongLength

        /// Frames that are too long are never stored.
        var canBeStored: Bool { self != .oversize && self != .jabber }
    }
}

extension ReceiveSettings {
    func examine(_ frame: RawSpan, _ fault: FrameFault) -> ReceiveVerdict {
        let count = frame.byteCount
        // Not even the addresses are whole.
        guard count >= 14 else { return .bad(fault.contains(.wrongCheck) ? .fragment : .undersize, isWanted: false) }
        let address = frame.destination
        let kind: ReceiveVerdict.Kind =
            address == 0xFFFF_FFFF_FFFF ? .broadcast : address >> 40 & 1 == 1 ? .multicast : .unicast
        let isWanted = accepts(address, kind) && classifier.tags.accepts(tag(of: frame))
        if let mistake = mistake(of: frame, fault) { return .bad(mistake, isWanted: isWanted) }
        return isWanted ? .good(kind) : .unwanted
    }

    /// The tag behind the addresses, as far as one is looked for.
    private func tag(of frame: RawSpan) -> UInt16? {
        guard frame.byteCount >= 18, frame.bigEndian(UInt16.self, at: 12) == classifier.tagType else { return nil }
        return frame.bigEndian(UInt16.self, at: 14)
    }

    /// The address filter. (82599 §7.1.1.1)
    private func accepts(_ address: UInt64, _ kind: ReceiveVerdict.Kind) -> Bool {
        let isTaken = switch kind {
        case .unicast: takesUnicast
        // A pool may be promiscuous by itself. (82599 §8.2.3.27.14)
        case .multicast: groups.accepts(address) || classifier.pools?.takesAllGroups == true
        // Promiscuous modes do not cover it. (82599 §8.2.3.7.1)
        case .broadcast: takesBroadcast
        }
        return isTaken || addresses.contains(address)
    }

    private func mistake(of frame: RawSpan, _ fault: FrameFault) -> ReceiveVerdict.Mistake? {
        let isDamaged = fault.contains(.wrongCheck)
        if frame.byteCount < 60 { return isDamaged ? .fragment : .undersize }
        var type = frame.bigEndian(UInt16.self, at: 12)
        let isTagged = type == classifier.tagType
        if frame.byteCount > longest + (isTagged ? 4 : 0) || fault.contains(.cut) {
            return isDamaged ? .jabber : .oversize
        }
        if isDamaged { return .wrongCheck }
        // A type below 600 hex is the length of what follows, which may have been padded. (IEEE 802.3 §3.2.6)
        if checksLengths {
            let header = isTagged ? 18 : 14
            if isTagged { type = frame.bigEndian(UInt16.self, at: 16) }
            if type < 0x600, header + Int(type) > frame.byteCount || max(60, header + Int(type)) < frame.byteCount {
                return .wrongLength
            }
        }
        return nil
    }
}

/// The counts that a burst adds to the statistics of receive. (82599 §8.2.3.23)
struct ReceiveTally {
    typealias R = IXGBERegisters

    var total = 0
    var frames = 0
    var bytes = 0
    var broadcast = 0
    var multicast = 0
    /// Frames for a queue that is off.
    var missed = 0
    var undersize = 0
    var fragments = 0
    var oversize = 0
    var jabber = 0
    var wrongCheck = 0
    var wrongLength = 0

    mutating func add(_ kind: ReceiveVerdict.Kind, _ length: Int) {
        frames += 1
        bytes += length + 4
        switch kind {
        case .unicast: break
        case .multicast: multicast += 1
        case .broadcast: broadcast += 1
        }
    }

    /// All but check and length errors are counted only behind the address filter.
    mutating func add(_ mistake: ReceiveVerdict.Mistake, isWanted: Bool) {
        switch mistake {
        case .wrongCheck: wrongCheck += 1
        case .wrongLength: wrongLength += 1
        case .undersize: undersize += isWanted ? 1 : 0
        case .fragment: fragments += isWanted ? 1 : 0
        case .oversize: oversize += isWanted ? 1 : 0
        case .jabber: jabber += isWanted ? 1 : 0
        }
    }

    mutating func settle(in registers: inout RegisterFile) {
        registers.add(R.TPR.self, total)
        registers.add(R.GPRC.self, frames)
        registers.add(R.GORCL.self, R.GORCH.self, bytes)
        registers.add(R.BPRC.self, broadcast)
        registers.add(R.MPRC.self, multicast)
        registers.add(R.MPC.self, missed)
        registers.add(R.RUC.self, undersize)
        registers.add(R.RFC.self, fragments)
        registers.add(R.ROC.self, oversize)
        registers.add(R.RJC.self, jabber)
        registers.add(R.CRCERRS.self, wrongCheck)
        registers.add(R.RLEC.self, wrongLength)
        self = ReceiveTally()
    }
}
