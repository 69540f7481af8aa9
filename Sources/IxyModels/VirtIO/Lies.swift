/// How a modelled device lies, and when.
///
/// A device that has written over what it reads itself may be lost afterwards, as it would be anywhere; until its next
/// reset it is silent then, and finds no fault with the driver.
public struct Lies: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        // About the buffers of a burst.
        /// The device has used far more buffers than it was given.
        case indexJumps
        /// Buffers that were used are not used any more.
        case indexGoesBack
        case idOutOfRange
        /// A buffer that the device was not given, as far as it can know.
        case idOfAnother
        /// The same buffer twice in a burst.
        case idTwice
        case lengthZero
        /// Shorter than the header.
        case lengthShort
        /// A little more than what was written.
        case lengthLong
        case lengthHuge
        /// A frame in no buffers, in more than there are, in 65535.
        case bufferCountZero
        case bufferCountTooLarge
        case bufferCountHuge
        /// Offloads that nobody has asked for.
        case headerNoise
        /// Packed: used descriptors whose flags say something else. Split: flags of the used ring that mean nothing.
        case flagsWrong
        /// Packed: used descriptors as of the round before.
        case wrapWrong

        // About the rings, until the device's next step.
        case descriptorsScribbled
        case availableScribbled
        /// When to notify the device.
        case eventsScribbled
        /// Any words of all that a device may write.
        case randomWords

        // About the device.
        /// It does nothing any more.
        case deaf
        case needsReset
        /// Status never becomes 0 after a reset.
        case resetNeverEnds
        case featuresChange
        /// All feature bits, those that nobody knows, too.
        case featuresUnknown
        /// The features that the driver has chosen are not enough after all.
        case featuresNotOK
        case queueSizeZero
        case queueSizeOdd
        case queueSizeHuge
        case queuePairsZero
        case queuePairsHuge
        case mtuZero
        case mtuHuge
        /// A multicast address as the device's own.
        case groupAddress
        /// The configuration is another one each time.
        case configurationNoise
        /// It changes while it is read, each time.
        case configurationUnsettled
        case commandsRefused
        /// The answer to a command is neither yes nor no.
        case commandsMumbled
        case commandsIgnored

        /// Kinds that tamper with the queues.
        public static let aboutQueues: [Kind] = Array(allCases.prefix { $0 != .deaf })
        /// After such a lie the device reads what it has written itself, so it cannot blame the driver any more.
        func isTampering(isPacked: Bool) -> Bool {
            switch self {
            case .descriptorsScribbled, .availableScribbled, .randomWords: true
            case .indexJumps, .indexGoesBack, .flagsWrong, .wrapWrong: isPacked
            default: false
            }
        }

        /// Kinds that the control side tells.
        public static let aboutDevice: [Kind] = Array(allCases.drop { $0 != .deaf })
    }

    /// The kinds of lies; one of them each time, at random.
    public var kinds: [Kind]
    /// Frames, both ways, for which it is honest first.
    public var after = 0
    /// It lies about one burst of so many.
    public var every = 1
    /// How many lies it tells about its queues.
    public var limit = Int.max
    /// It lies about the control queue's buffers, too.
    public var includesControlQueue = false
    /// It lies about receive queues only: what it says of a sent frame's length, say, is nothing that a driver looks at.
    public var onlyAboutReceiving = false
    /// Lies with the same seed are the same, step by step.
    public var seed: UInt64 = 1

    public init(_ kinds: [Kind]) {
        self.kinds = kinds
    }
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// A word of memory that a liar has written over.
struct Scribble {
    let address: UInt64
    let old: UInt16
    let new: UInt16
}

/// The purpose of a queue.
enum QueueRole {
    case receive
    case transmit
    case control
}

/// A liar at work: what it will say next.
struct Liar {
    private let lies: Lies
    private let aboutQueues: [Lies.Kind]
    private var told = 0
    private var bursts = 0
    var random: RandomNumbers
    /// Words in the driver's memory that were written over in the last step.
    var scribbles: [Scribble] = []

    init(_ lies: Lies) {
        self.lies = lies
        aboutQueues = lies.kinds.filter { Lies.Kind.aboutQueues.contains($0) }
        random = RandomNumbers(seed: lies.seed)
    }

    private func isActive(_ counters: ModelVirtIO.Counters) -> Bool {
        counters.delivered + counters.sent >= lies.after
    }

    /// Whether the device tells this lie now, about itself.
    func tells(_ kind: Lies.Kind, _ counters: ModelVirtIO.Counters) -> Bool {
        lies.kinds.contains(kind) && isActive(counters)
    }

    /// The lie about this burst, if any.
    mutating func next(_ counters: ModelVirtIO.Counters, _ role: QueueRole) -> Lies.Kind? {
        guard isActive(counters), told < lies.limit else { return nil }
        switch role {
        case .receive: break
        case .transmit: guard !lies.onlyAboutReceiving else { return nil }
        case .control: guard lies.includesControlQueue else { return nil }
        }
        bursts += 1
        guard bursts % lies.every == 0, let kind = aboutQueues.randomElement(using: &random) else { return nil }
        told += 1
        return kind
    }
}
