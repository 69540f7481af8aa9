import Ixy
import IxyHardware

/// A port's request to its bus concerning interrupts.
package struct InterruptRequest: Sendable, Equatable {
    /// Messages that are to be sent now, by vector: bit N is MSI-X vector N, bit 0 also MSI's only one.
    package var messages: UInt64 = 0
    /// The level of the interrupt pin.
    package var isAsserted = false
    /// When a message is due that was held back, in nanoseconds of the port's clock.
    package var nextDue: UInt64?

    package init() {}
}

/// The causes of interrupts, their masks, and how often each vector may interrupt. (82599 §7.3.1)
///
/// Queues' causes are kept by vector: in MSI-X mode IVAR names one of 64, otherwise one of 16 bits of EICR.
struct Interrupts {
    typealias R = IXGBERegisters

    static let vectorCount = 64

    private(set) var vectors: UInt64 = 0
    private(set) var vectorMask: UInt64 = 0
    private var vectorAutoMask: UInt64 = 0
    /// Bits 16 to 30 of EICR, EIMS and EIAM.
    private(set) var others: UInt32 = 0
    private(set) var otherMask: UInt32 = 0
    private var otherAutoMask: UInt32 = 0
    /// Causes for which a message has been sent already: one that stays set does not send a second one.
    private var announcedVectors: UInt64 = 0
    private var announcedOthers: UInt32 = 0
    /// Before then a vector does not interrupt again.
    private var quietUntil = [UInt64](repeating: 0, count: vectorCount)

    private static let otherBits: UInt32 = 0x7FFF_0000

    init() {}

    /// Whether software listens at all.
    var isUsed: Bool { vectorMask != 0 || otherMask != 0 }
    /// Whether anything is set that is not masked.
    var isAsserted: Bool { vectors & vectorMask != 0 || others & otherMask != 0 }

    mutating func raise(vector: Int) { vectors |= 1 << UInt64(vector & 63) }
    mutating func raise(others bits: UInt32) { others |= bits & Interrupts.otherBits }

    var cause: UInt32 { others | UInt32(truncatingIfNeeded: vectors & 0xFFFF) }
    var mask: UInt32 { otherMask | UInt32(truncatingIfNeeded: vectorMask & 0xFFFF) }
    var autoMask: UInt32 { otherAutoMask | UInt32(truncatingIfNeeded: vectorAutoMask & 0xFFFF) }

    static func half(_ value: UInt64, _ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: value >> UInt64(32 * index))
    }
    func maskHalf(_ index: Int) -> UInt32 { Interrupts.half(vectorMask, index) }
    func autoMaskHalf(_ index: Int) -> UInt32 { Interrupts.half(vectorAutoMask, index) }

    mutating func set(_ bits: UInt32) {
        vectors |= UInt64(bits & 0xFFFF)
        others |= bits & Interrupts.otherBits
    }
    mutating func set(_ bits: UInt32, half index: Int) { vectors |= UInt64(bits) << UInt64(32 * index) }

    mutating func clear(_ bits: UInt32) {
        vectors &= ~UInt64(bits & 0xFFFF)
        others &= ~bits
        forgetAnnounced()
    }

    mutating func unmask(_ bits: UInt32) {
        // A pending cause interrupts as soon as it is unmasked.
        announcedVectors &= ~UInt64(bits & 0xFFFF)
        announcedOthers &= ~bits
        vectorMask |= UInt64(bits & 0xFFFF)
        otherMask |= bits & Interrupts.otherBits
    }
    mutating func unmask(_ bits: UInt32, half index: Int) {
        announcedVectors &= ~(UInt64(bits) << UInt64(32 * index))
        vectorMask |= UInt64(bits) << UInt64(32 * index)
    }
    mutating func mask(_ bits: UInt32) {
        vectorMask &= ~UInt64(bits & 0xFFFF)
        otherMask &= ~bits
    }
    mutating func mask(_ bits: UInt32, half index: Int) { vectorMask &= ~(UInt64(bits) << UInt64(32 * index)) }

    mutating func setAutoMask(_ bits: UInt32) {
        vectorAutoMask = vectorAutoMask & ~0xFFFF | UInt64(bits & 0xFFFF)
        otherAutoMask = bits & Interrupts.otherBits
    }
    mutating func setAutoMask(_ bits: UInt32, half index: Int) {
        let shift = UInt64(32 * index)
        vectorAutoMask = vectorAutoMask & ~(0xFFFF_FFFF << shift) | UInt64(bits) << shift
    }

    /// EICR is read or written: what EIAM names is masked, unless messages do that. (82599 §8.2.3.5.6)
    mutating func touchCause() {
        vectorMask &= ~(vectorAutoMask & 0xFFFF)
        otherMask &= ~otherAutoMask
    }

    private mutating func forgetAnnounced() {
        announcedVectors &= vectors
        announcedOthers &= others
    }

    /// The messages that are due at `now`, and what sending them clears and masks.
    mutating func take(_ settings: InterruptSettings, now: UInt64) -> InterruptRequest {
        var request = InterruptRequest()
        request.isAsserted = isAsserted
        guard isAsserted else { return request }
        if settings.isMultiple {
            takeEach(settings, now, &request)
        } else {
            // All causes share one message.
            let isNew = vectors & vectorMask & ~announcedVectors != 0 || others & otherMask & ~announcedOthers != 0
            guard isNew else { return request }
            guard isDue(0, settings, now, &request) else { return request }
            announcedVectors |= vectors & vectorMask
            announcedOthers |= others & otherMask
            request.messages = 1
        }
        return request
    }

    private mutating func takeEach(_ settings: InterruptSettings, _ now: UInt64, _ request: inout InterruptRequest) {
        var waiting = vectors & vectorMask & ~announcedVectors
        let newOthers = others & otherMask & ~announcedOthers
        let timer = newOthers & R.EICR.tcpTimer.description.mask
        if timer != 0, let vector = settings.timerVector { waiting |= 1 << UInt64(vector) }
        if newOthers & ~timer != 0, let vector = settings.otherVector { waiting |= 1 << UInt64(vector) }
        for vector in 0..<Interrupts.vectorCount where waiting >> UInt64(vector) & 1 == 1 {
            guard isDue(vector, settings, now, &request) else { continue }
            request.messages |= 1 << UInt64(vector)
            send(vector, settings, newOthers)
        }
    }

    private mutating func isDue(
        _ vector: Int, _ settings: InterruptSettings, _ now: UInt64, _ request: inout InterruptRequest
    ) -> Bool {
        guard now >= quietUntil[vector] else {
            request.nextDue = min(request.nextDue ?? .max, quietUntil[vector])
            return false
        }
        quietUntil[vector] = now + settings.intervals[vector]
        return true
    }

    /// Updates causes and masks as a vector's message is sent. (82599 §7.3.1.3, §7.3.1.4)
    private mutating func send(_ vector: Int, _ settings: InterruptSettings, _ newOthers: UInt32) {
        let bit = UInt64(1) << UInt64(vector)
        var sentOthers: UInt32 = 0
        if vector == settings.timerVector { sentOthers |= newOthers & R.EICR.tcpTimer.description.mask }
        if vector == settings.otherVector { sentOthers |= newOthers & ~R.EICR.tcpTimer.description.mask }
        announcedVectors |= vectors & vectorMask & bit
        announcedOthers |= sentOthers
        if settings.autoMasks {
            vectorMask &= ~(vectorAutoMask & bit)
            otherMask &= ~(otherAutoMask & sentOthers)
        }
        // Vectors beyond 15 have no bit in EIAC, and always clear.
        vectors &= ~(bit & (settings.autoClear | ~0xFFFF))
        others &= ~(sentOthers & settings.otherAutoClear)
        forgetAnnounced()
    }
}

/// The settings for interrupts in the registers.
struct InterruptSettings {
    typealias R = IXGBERegisters

    /// Each vector has a message of its own.
    let isMultiple: Bool
    /// Messages mask by EIAM.
    let autoMasks: Bool
    let autoClear: UInt64
    let otherAutoClear: UInt32
    let timerVector: Int?
    let otherVector: Int?
    /// The nanoseconds between two interrupts of each vector.
    let intervals: [UInt64]

    init(_ registers: RegisterFile) {
        isMultiple = registers.isSet(R.GPIE.multipleMSIX)
        autoMasks = registers.isSet(R.GPIE.autoMask)
        autoClear = UInt64(registers.field(R.EIAC.queues))
        otherAutoClear = registers[R.EIAC.offset(0)] & 0x7FFF_0000
        timerVector = registers.isSet(R.IVAR_MISC.isTimerValid)
            ? Int(registers.field(R.IVAR_MISC.timerVector) & 63) : nil
        otherVector = registers.isSet(R.IVAR_MISC.isOtherValid)
            ? Int(registers.field(R.IVAR_MISC.otherVector) & 63) : nil
        intervals = (0..<Interrupts.vectorCount).map { UInt64(registers.field(R.EITR.interval, $0)) * 2000 }
    }
}
