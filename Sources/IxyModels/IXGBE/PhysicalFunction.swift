import Ixy
import IxyHardware

/// The physical function's driver, played by the model, for virtual functions that are devices of their own: it gives each
/// a pool, and answers its messages as Linux's driver does.
struct PhysicalFunction {
    /// How many virtual functions there are. The pool behind theirs is the physical function's own.
    let count: Int
    let addresses: [MACAddress]
    /// The state of each virtual function.
    var functions: [Function]
    /// Whether the link was up when they were last told.
    var isLinkUp = false

    struct Function {
        var address: MACAddress
        /// It has asked to be reset, and may ask for more.
        var isClear = false
        /// The messages that it knows.
        var version = MailboxVersion.v1_0
        /// VLANs that it is in.
        var tags: Set<UInt16> = []
    }

    /// - Parameter addresses: of the virtual functions, at most 63.
    init(addresses: [MACAddress]) {
        self.addresses = addresses
        count = addresses.count
        functions = addresses.map { Function(address: $0) }
    }
}

/// Messages between the drivers of a physical and a virtual function. They are a convention of Linux's drivers, not the
/// chip's.
enum MailboxMessage: UInt32 {
    case reset = 0x01, setAddress, setGroups, setVLAN, setFrameSize, addAddress
    case negotiate = 0x08, getQueues, getTable, getKey, setReception
    case getLinkState = 0x10

    /// The bits that an answer adds to the message's first word.
    static let done: UInt32 = 0x8000_0000
    static let refused: UInt32 = 0x4000_0000
    /// The virtual function may send more than a reset.
    static let isClear: UInt32 = 0x2000_0000
    /// The physical function has something to say by itself: look at the link.
    static let control: UInt32 = 0x0100
}

/// Versions of the messages, as they are written in a negotiation. With 1.5 (6), which Linux's driver does not know either,
/// a virtual function keeps its buffer until it has been read.
enum MailboxVersion: UInt32, Comparable {
    case v1_0 = 0
    case v1_1 = 2, v1_2, v1_3, v1_4

    static func < (a: MailboxVersion, b: MailboxVersion) -> Bool { a.rawValue < b.rawValue }
}

extension Model82599 {
    /// Sets the port up for virtual functions, as the driver of the physical one does before it enables them.
    mutating func startPhysicalFunction(_ function: PhysicalFunction) {
        let own = function.count
        precondition(own > 0 && own < 64, "a port has 1 to 63 virtual functions")
        for table in [R.MTA.self, R.VFTA.self, R.MPSAR.self, R.PFUTA.self, R.PFVLVF.self, R.PFVLVFB.self] as [any Register.Type] {
            for index in 0..<table.count { registers[table.offset(index)] = 0 }
        }
        // 32 pools of four queues, or 64 of two. (82599 §8.2.3.7.12)
        registers.put(R.MRQC.mode, own < 32 ? 10 : 11)
        registers.put(R.MRQC.hashFields, 0b11_0011)
        for index in 0..<R.RSSRK.count { registers[R.RSSRK.offset(index)] = 0x6D5A_6D5A &+ UInt32(index) &* 0x0101_0103 }
        for index in 0..<R.RETA.count { registers[R.RETA.offset(index)] = index % 2 == 0 ? 0x0100_0100 : 0x0302_0302 }
        registers.put(R.RXCSUM.checksumDisable, 1)
        registers.put(R.MTQC.virtualization, 1)
        registers.put(R.MTQC.queues, own < 32 ? 2 : 1)
        registers.put(R.PFVTCTL.enable, 1)
        registers.put(R.PFVTCTL.defaultPool, UInt32(own))
        // Its own pool has no queues.
        registers.put(R.PFVTCTL.defaultPoolDisable, 1)
        registers.put(R.PFVTCTL.replicate, 1)
        registers.put(R.VLNCTRL.filterEnable, 1)
        registers.put(R.FCTRL.broadcastAccept, 1)
        registers.put(R.MCSTCTRL.filterEnable, 1)
        registers.put(R.RDRXCTL.crcStrip, 1)
        registers.put(R.RXCTRL.enable, 1)
        registers.put(R.DMATXCTL.enable, 1)
        for pool in 0..<own { setAddress(pool + 1, nil, pool: pool) }
        physicalFunction = function
        virtualFunctions.mailboxes.setPhysicalReset(false)
    }

    /// Puts an address into an entry of the exact filter, or takes it out.
    private mutating func setAddress(_ entry: Int, _ address: MACAddress?, pool: Int) {
        let value = ((address?.value ?? 0) << 16).byteSwapped
        registers[R.RAL.offset(entry)] = UInt32(truncatingIfNeeded: value)
        registers[R.RAH.offset(entry)] = UInt32(truncatingIfNeeded: value >> 32)
        registers.put(R.RAH.isValid, address == nil ? 0 : 1, entry)
        let pools = address == nil ? 0 : UInt64(1) << UInt64(pool)
        registers[R.MPSAR.offset(entry * 2)] = UInt32(truncatingIfNeeded: pools)
        registers[R.MPSAR.offset(entry * 2 + 1)] = UInt32(truncatingIfNeeded: pools >> 32)
    }

    /// Answers what the virtual functions have asked.
    mutating func servePhysicalFunction() {
        guard let count = physicalFunction?.count else { return }
        let resets = virtualFunctions.mailboxes.resets
        virtualFunctions.mailboxes.clearResets(resets)
        for index in 0..<count {
            if resets >> UInt64(index) & 1 == 1 { physicalFunction?.functions[index].isClear = false }
            // While the function has its buffer it is not done.
            let isAsked = virtualFunctions.mailboxes.requests >> UInt64(index) & 1 == 1
            if isAsked, !virtualFunctions.mailboxes.isUsed(index, by: .virtual) { answer(index) }
        }
        virtualFunctions.mailboxes.clearAcknowledgements(.max)
        let isLinkUp = registers.isSet(R.LINKS.isUp)
        if physicalFunction?.isLinkUp != isLinkUp {
            physicalFunction?.isLinkUp = isLinkUp
            for index in 0..<count where physicalFunction?.functions[index].isClear == true {
                send(index, [MailboxMessage.control | MailboxMessage.isClear])
            }
        }
    }

    private func message(_ index: Int) -> [UInt32] { (0..<16).map { registers[R.PFMBMEM.offset(index * 16 + $0)] } }

    private mutating func send(_ index: Int, _ words: [UInt32]) {
        guard !virtualFunctions.mailboxes.isUsed(index, by: .virtual) else { return }
        for (place, word) in words.enumerated() { registers[R.PFMBMEM.offset(index * 16 + place)] = word }
        var command = RegisterValue<R.PFMAILBOX>(read: 0)
        command.set(R.PFMAILBOX.status)
        writeMailbox(index, command)
    }

    private mutating func writeMailbox(_ index: Int, _ command: RegisterValue<R.PFMAILBOX>) {
        if virtualFunctions.mailboxes.writePhysical(index, command) { raiseVirtualMailbox(index) }
    }

    private mutating func answer(_ index: Int) {
        let words = message(index)
        virtualFunctions.mailboxes.clearRequests(1 << UInt64(index))
        var acknowledge = RegisterValue<R.PFMAILBOX>(read: 0)
        acknowledge.set(R.PFMAILBOX.acknowledge)
        writeMailbox(index, acknowledge)
        // An answer needs no answer.
        guard words[0] & (MailboxMessage.done | MailboxMessage.refused) == 0 else { return }
        guard let kind = MailboxMessage(rawValue: words[0] & 0xFFFF) else {
            send(index, [words[0] | MailboxMessage.refused | MailboxMessage.isClear])
            return
        }
        if kind == .reset {
            send(index, reset(index))
            return
        }
        guard physicalFunction?.functions[index].isClear == true else {
            send(index, [words[0] | MailboxMessage.refused])
            return
        }
        let result = act(index, kind, words)
        let verdict = result == nil ? MailboxMessage.refused : MailboxMessage.done
        send(index, [words[0] | verdict | MailboxMessage.isClear] + (result ?? []))
    }

    /// A function begins anew, with the address that is its own.
    private mutating func reset(_ index: Int) -> [UInt32] {
        guard var function = physicalFunction?.functions[index], let address = physicalFunction?.addresses[index] else {
            return [MailboxMessage.reset.rawValue | MailboxMessage.refused]
        }
        leaveVLANs(index, function.tags)
        function = PhysicalFunction.Function(address: address)
        function.isClear = true
        physicalFunction?.functions[index] = function
        setAddress(index + 1, address, pool: index)
        registers[R.PFVML2FLT.offset(index)] = 0
        registers.put(R.PFVML2FLT.untagged, 1, index)
        registers.put(R.PFVML2FLT.broadcast, 1, index)
        let bit = UInt32(1) << UInt32(index % 32)
        registers[R.PFVFRE.offset(index / 32)] |= bit
        registers[R.PFVFTE.offset(index / 32)] |= bit
        let value = (address.value << 16).byteSwapped
        return [
            MailboxMessage.reset.rawValue | MailboxMessage.done, UInt32(truncatingIfNeeded: value),
            UInt32(truncatingIfNeeded: value >> 32), 0,
        ]
    }

    /// Does what a message asks for. The words that the answer adds; nil if it is refused.
    private mutating func act(_ index: Int, _ kind: MailboxMessage, _ words: [UInt32]) -> [UInt32]? {
        switch kind {
        case .reset: return nil
        case .negotiate:
            guard let version = MailboxVersion(rawValue: words[1]) else { return nil }
            physicalFunction?.functions[index].version = version
            return []
        case .setAddress:
            let little = UInt64(words[2] & 0xFFFF) << 32 | UInt64(words[1])
            let address = MACAddress(value: little.byteSwapped >> 16)
            guard !address.isMulticast, address.value != 0 else { return nil }
            physicalFunction?.functions[index].address = address
            setAddress(index + 1, address, pool: index)
            return []
        case .addAddress:
            return setFurtherAddress(index, words)
        case .setGroups:
            return joinGroups(index, words)
        case .setVLAN:
            return setVLAN(index, UInt16(words[1] & 0xFFF), isIn: words[0] >> 16 & 0xFF != 0)
        case .setFrameSize:
            return setFrameSize(index, words[1])
        case .getQueues:
            return [UInt32(queuesPerPool), UInt32(queuesPerPool), 0, 0]
        case .getTable:
            // Two bits an entry.
            return (0..<8).map { word in
                (0..<16).reduce(UInt32(0)) { bits, place in
                    let entry = word * 16 + place
                    let value = registers[R.RETA.offset(entry / 4)] >> UInt32(entry % 4 * 8) & 3
                    return bits | value << UInt32(place * 2)
                }
            }
        case .getKey: return (0..<10).map { registers[R.RSSRK.offset($0)] }
        case .setReception: return setReception(index, words[1])
        case .getLinkState: return [1]
        }
    }

    /// One further address for each function, of those that lie behind the first ones.
    private mutating func setFurtherAddress(_ index: Int, _ words: [UInt32]) -> [UInt32]? {
        let number = words[0] >> 16 & 0xFF
        guard number <= 1 else { return nil }
        let little = UInt64(words[2] & 0xFFFF) << 32 | UInt64(words[1])
        setAddress(index + 64, number == 0 ? nil : MACAddress(value: little.byteSwapped >> 16), pool: index)
        return []
    }

    /// Each group comes as the bit of the table that it has. Groups that others have asked for stay.
    private mutating func joinGroups(_ index: Int, _ words: [UInt32]) -> [UInt32] {
        let count = min(Int(words[0] >> 16 & 0xFF), 30)
        for place in 0..<count {
            let bit = Int(words[1 + place / 2] >> UInt32(place % 2 * 16)) & 0xFFF
            registers[R.MTA.offset(bit / 32)] |= 1 << UInt32(bit % 32)
        }
        registers.put(R.PFVML2FLT.hashedGroups, count > 0 ? 1 : 0, index)
        return []
    }

    private mutating func setVLAN(_ index: Int, _ tag: UInt16, isIn: Bool) -> [UInt32]? {
        guard isIn else {
            leaveVLANs(index, [tag])
            physicalFunction?.functions[index].tags.remove(tag)
            return []
        }
        let entries = 0..<R.PFVLVF.count
        let entry = entries.first { registers.isSet(R.PFVLVF.enable, $0) && registers.field(R.PFVLVF.vlan, $0) == tag }
            ?? entries.first { !registers.isSet(R.PFVLVF.enable, $0) }
        guard let entry else { return nil }
        registers.put(R.PFVLVF.vlan, UInt32(tag), entry)
        registers.put(R.PFVLVF.enable, 1, entry)
        registers[R.PFVLVFB.offset(entry * 2 + index / 32)] |= 1 << UInt32(index % 32)
        registers[R.VFTA.offset(Int(tag) / 32)] |= 1 << UInt32(tag % 32)
        physicalFunction?.functions[index].tags.insert(tag)
        return []
    }

    private mutating func leaveVLANs(_ index: Int, _ tags: Set<UInt16>) {
        for entry in 0..<R.PFVLVF.count where registers.isSet(R.PFVLVF.enable, entry) {
            let tag = UInt16(truncatingIfNeeded: registers.field(R.PFVLVF.vlan, entry))
            guard tags.contains(tag) else { continue }
            registers[R.PFVLVFB.offset(entry * 2 + index / 32)] &= ~(1 << UInt32(index % 32))
            guard registers[R.PFVLVFB.offset(entry * 2)] == 0, registers[R.PFVLVFB.offset(entry * 2 + 1)] == 0 else { continue }
            registers[R.PFVLVF.offset(entry)] = 0
            registers[R.VFTA.offset(Int(tag) / 32)] &= ~(1 << UInt32(tag % 32))
        }
    }

    /// The longest frame with its check sequence: one limit for the whole port, which only grows.
    private mutating func setFrameSize(_ index: Int, _ size: UInt32) -> [UInt32]? {
        guard size <= 9728, size >= 64 else { return nil }
        // Functions that know no more than the first messages are not told when others get long frames.
        guard let version = physicalFunction?.functions[index].version, version > .v1_0 || size <= 1518 else { return nil }
        if size > 1518 {
            registers.put(R.HLREG0.jumbo, 1)
            registers.put(R.MAXFRS.size, max(size, registers.field(R.MAXFRS.size)))
        }
        return []
    }

    /// Which groups a function gets: none, its own, all.
    private mutating func setReception(_ index: Int, _ mode: UInt32) -> [UInt32]? {
        guard mode <= 2 else { return nil }
        registers.put(R.PFVML2FLT.broadcast, mode > 0 ? 1 : 0, index)
        registers.put(R.PFVML2FLT.hashedGroups, mode > 0 ? 1 : 0, index)
        registers.put(R.PFVML2FLT.allGroups, mode > 1 ? 1 : 0, index)
        return [mode]
    }
}
