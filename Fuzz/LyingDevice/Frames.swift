import IxyModels
import Synchronization

/// Frames of all lengths and for several flows, without end; none while the model's thread runs, so that what a round
/// does depends on nothing but its seed.
final class Frames: FrameSource {
    private struct State {
        var chance: Chance
        var isOpen = false
        let longest: Int
    }

    private let state: Mutex<State>

    init(seed: UInt64, longest: Int) {
        state = Mutex(State(chance: Chance(seed: seed), longest: longest))
    }

    var isExhausted: Bool { false }

    func setOpen(_ isOpen: Bool) { state.withLock { $0.isOpen = isOpen } }

    func pull(_ limit: Int, into burst: inout FrameBurst) {
        let frames = state.withLock { state in
            guard state.isOpen else { return [[UInt8]]() }
            return (0..<min(limit, state.chance.number(0...32))).map { _ in
                let count = state.chance.once(in: 4) ? state.chance.number(60...max(60, state.longest)) : 60
                // UDP over IPv4, so that flows go to several queues.
                let header: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 0, 0x45]
                var frame = header + [UInt8](repeating: 0, count: count - header.count)
                frame[23] = 17
                frame[33] = UInt8(state.chance.number(0...255))
                return frame
            }
        }
        for frame in frames {
            guard burst.append(frame, fault: []) else { return }
        }
    }
}
