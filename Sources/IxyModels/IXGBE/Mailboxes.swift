import Ixy
import IxyHardware

/// The mailboxes between the physical function and 64 virtual ones. (82599 §7.10.2.9)
///
/// A buffer of 16 words each, which one of the two sides has at a time, and bits by which they tell each other.
struct Mailboxes {
    typealias V = IXGBEVFRegisters

    /// One side may take a buffer that nobody has.
    enum User { case physical, virtual }

    private struct Box {
        var user: User?
        /// PFSTS, PFACK, RSTI and RSTD, as the VF will read them.
        var news: UInt32 = 0
    }

    private var boxes = [Box](repeating: Box(), count: 64)
    /// Functions that have written a message, have read one, and were reset over the bus.
    private(set) var requests: UInt64 = 0
    private(set) var acknowledgements: UInt64 = 0
    private(set) var resets: UInt64 = 0

    private static let status = V.VFMAILBOX.status.description.mask
    private static let acknowledged = V.VFMAILBOX.acknowledged.description.mask
    private static let inReset = V.VFMAILBOX.isPFInReset.description.mask
    private static let isReset = V.VFMAILBOX.isPFReset.description.mask

    // The virtual function's side.

    /// VFMAILBOX; reading it clears what is news.
    mutating func readVirtual(_ function: Int) -> UInt32 {
        var value = RegisterValue<V.VFMAILBOX>(read: boxes[function].news)
        boxes[function].news &= Mailboxes.inReset
        if boxes[function].user == .virtual { value.set(V.VFMAILBOX.isVFUsing) }
        if boxes[function].user == .physical { value.set(V.VFMAILBOX.isPFUsing) }
        return value.raw
    }

    /// VFMAILBOX is written. True if the physical function is to be interrupted.
    mutating func writeVirtual(_ function: Int, _ value: RegisterValue<V.VFMAILBOX>) -> Bool {
        use(function, by: .virtual, value.isSet(V.VFMAILBOX.isVFUsing))
        let bit = UInt64(1) << UInt64(function)
        if value.isSet(V.VFMAILBOX.request) { requests |= bit }
        if value.isSet(V.VFMAILBOX.acknowledge) { acknowledgements |= bit }
        return value.isSet(V.VFMAILBOX.request) || value.isSet(V.VFMAILBOX.acknowledge)
    }

    /// Whether there is something that a virtual function has not seen.
    func hasNews(_ function: Int) -> Bool { boxes[function].news != 0 }

    func isUsed(_ function: Int, by user: User) -> Bool { boxes[function].user == user }

    // The physical function's side.

    /// PFMAILBOX.
    func readPhysical(_ function: Int) -> UInt32 {
        var value = RegisterValue<IXGBERegisters.PFMAILBOX>(read: 0)
        if boxes[function].user == .virtual { value.set(IXGBERegisters.PFMAILBOX.isVFUsing) }
        if boxes[function].user == .physical { value.set(IXGBERegisters.PFMAILBOX.isPFUsing) }
        return value.raw
    }

    /// PFMAILBOX is written. True if the virtual function is to be interrupted.
    mutating func writePhysical(_ function: Int, _ value: RegisterValue<IXGBERegisters.PFMAILBOX>) -> Bool {
        typealias M = IXGBERegisters.PFMAILBOX
        if value.isSet(M.resetVFUse), boxes[function].user == .virtual { boxes[function].user = nil }
        use(function, by: .physical, value.isSet(M.isPFUsing))
        if value.isSet(M.status) { boxes[function].news |= Mailboxes.status }
        if value.isSet(M.acknowledge) { boxes[function].news |= Mailboxes.acknowledged }
        return value.isSet(M.status) || value.isSet(M.acknowledge)
    }

    private mutating func use(_ function: Int, by user: User, _ isWanted: Bool) {
        if isWanted, boxes[function].user == nil { boxes[function].user = user }
        if !isWanted, boxes[function].user == user { boxes[function].user = nil }
    }

    mutating func clearRequests(_ functions: UInt64) { requests &= ~functions }
    mutating func clearAcknowledgements(_ functions: UInt64) { acknowledgements &= ~functions }
    mutating func clearResets(_ functions: UInt64) { resets &= ~functions }

    /// A virtual function was reset: what it was about to say is forgotten.
    mutating func reset(_ function: Int, overBus: Bool) {
        let bit = UInt64(1) << UInt64(function)
        if boxes[function].user == .virtual { boxes[function].user = nil }
        requests &= ~bit
        acknowledgements &= ~bit
        boxes[function].news &= Mailboxes.isReset | Mailboxes.inReset
        if overBus { resets |= bit }
    }

    /// The physical function is being reset, or has been.
    mutating func setPhysicalReset(_ isRunning: Bool) {
        for index in boxes.indices {
            boxes[index].news = isRunning ? Mailboxes.inReset : Mailboxes.isReset
            boxes[index].user = nil
        }
        requests = 0
        acknowledgements = 0
    }
}
