import IxyModels
import Synchronization

/// Frames of all kinds: IP with options and without, lengths that are not theirs, headers that end too soon, tags, faults.
struct FrameMaker {
    var chance: Chance

    mutating func frame() -> [UInt8] {
        var bytes: [UInt8] = chance.one(of: [[2, 0, 0, 0, 0, 1], [.max, .max, .max, .max, .max, .max], [1, 0, 0x5E, 0, 0, 1]])
        bytes += [2, 0, 0, 0, 0, 9]
        if chance.once(in: 4) { bytes += [0x81, 0, 0, UInt8(chance.number(0...5))] }
        let isIPv6 = chance.once(in: 2)
        bytes += isIPv6 ? [0x86, 0xDD] : [8, 0]
        let network = bytes.count
        let kind = UInt8(chance.one(of: [6, 6, 17, 17, 17, 132, 43, 44, 60]))
        let length = chance.once(in: 2) ? chance.number(0...60) : chance.one(of: [100, 1000, 1500])
        if isIPv6 {
            bytes += [0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 255), kind, 64] + chance.bytes(32)
        } else {
            bytes += [0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0, 1, 0, 0, 64, kind, 0, 0] + chance.bytes(8)
        }
        bytes += chance.bytes(chance.one(of: [0, 1, 8, 20, 40, 100, 1460]))
        // Headers of few words, or of another version, and fragments.
        if chance.once(in: 2) {
            bytes[network] = chance.once(in: 2) ? 0x40 | chance.one(of: [0, 1, 2, 3, 4, 5, 6, 15]) : UInt8(truncatingIfNeeded: chance.next())
        }
        if chance.once(in: 3) { bytes[network + chance.number(1...8)] = UInt8(truncatingIfNeeded: chance.next()) }
        if chance.once(in: 8) { bytes[chance.number(0...bytes.count - 1)] = UInt8(truncatingIfNeeded: chance.next()) }
        if chance.once(in: 8) { bytes = Array(bytes.prefix(chance.number(1...bytes.count))) }
        return bytes
    }
}

/// Such frames without end.
final class WildFrames: FrameSource {
    private let state: Mutex<FrameMaker>

    init(seed: UInt64) { state = Mutex(FrameMaker(chance: Chance(seed: seed))) }

    var isExhausted: Bool { false }

    func pull(_ limit: Int, into burst: inout FrameBurst) {
        let frames = state.withLock { maker in
            (0..<min(limit, maker.chance.number(0...16))).map { _ in
                let fault = maker.chance.once(in: 10) ? FrameFault(rawValue: UInt16(maker.chance.number(0...3))) : []
                return (maker.frame(), fault)
            }
        }
        for (frame, fault) in frames {
            guard burst.append(frame, fault: fault) else { return }
        }
    }
}

/// Counts what it gets.
final class CountingSink: FrameSink {
    private let total = Atomic<Int>(0)
    var count: Int { total.load(ordering: .relaxed) }
    func accept(_ burst: borrowing FrameBurst) { total.wrappingAdd(burst.count, ordering: .relaxed) }
}
