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

    /// A number at whose ends something might be wrong.
    mutating func edge() -> UInt64 {
        let power = UInt64(1) << next() % 64
        switch number(0...5) {
        case 0: return next()
        case 1: return UInt64(number(0...300))
        case 2: return power
        case 3: return power &- 1
        case 4: return 0 &- power
        default: return one(of: [0, 1, .max, 0xFFFF, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_F000])
        }
    }

    /// A length of a buffer or frame.
    mutating func length() -> Int { one(of: [0, 1, 13, 14, 20, 34, 54, 59, 60, 64, 66, 100, 1514, 2048, 9000, 9729, 0xFFFF]) }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// `value` as bytes, the lowest first.
func little(_ value: UInt64, _ count: Int = 8) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
}
