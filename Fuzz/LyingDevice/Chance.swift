/// Random numbers that are the same for the same seed (SplitMix64), and what is chosen with them.
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    mutating func one<T>(of list: [T]) -> T { list[number(0...list.count - 1)] }

    /// A word that means something to a driver more often than a random one would, or only its first check were tried.
    mutating func word() -> UInt64 {
        switch number(0...7) {
        case 0: next()
        case 1: UInt64(number(0...300))
        case 2: one(of: [0, 1, 0x80, 0x8000, 0x8080, 0xFFFF, 0xFFFF_FFFF, .max])
        // A split ring's used element: a descriptor, and a length. A packed ring's: length, descriptor, flags.
        case 3, 4: UInt64(number(0...256)) | UInt64(one(of: [0, 11, 72, 1530, 2060, 2061, 70_000])) << 32
        case 5, 6:
            UInt64(one(of: [0, 11, 72, 1530, 2060, 2061, 70_000])) | UInt64(number(0...256)) << 32
                | UInt64(one(of: [0, 0x8080, 0x80, 0x8000])) << 48
        default: 1 << next() % 64
        }
    }
}
