import Ixy
import IxyModels
import Synchronization

/// Makes memory reachable for a device, and knows where all of it is.
final class RecordingMapper: DMAMapper {
    private struct Piece {
        let memory: MappedMemory
        let start: UInt64
    }

    let target: IOAddressSpace
    private let pieces = Mutex<[Piece]>([])

    init(_ target: IOAddressSpace) { self.target = target }

    func map(_ memory: MappedMemory) throws(HardwareError) -> [UInt64] {
        let addresses = try target.map(memory)
        if let start = addresses.first { pieces.withLock { $0.append(Piece(memory: memory, start: start)) } }
        return addresses
    }

    func unmap(_ memory: MappedMemory) {
        pieces.withLock { $0.removeAll { $0.memory === memory } }
        target.unmap(memory)
    }

    /// A random address of what is mapped now; nil if nothing is. That of the rings, which are mapped first, mostly.
    func address(_ chance: inout Chance) -> UInt64? {
        let places = pieces.withLock { $0.map { (start: $0.start, count: $0.memory.count) } }
        guard let first = places.first else { return nil }
        let place = chance.once(in: 4) ? chance.one(of: places) : first
        return place.start + UInt64(chance.number(0...place.count / 8 - 1)) * 8
    }
}

/// A device that writes any words anywhere, as often as it is stepped.
final class Scribbler: SteppedModel {
    private struct State: ~Copyable {
        var chance: Chance
        var port: DMAPort
        var written = 0
    }

    private let mapper: RecordingMapper
    private let state: Mutex<State>

    init(_ mapper: RecordingMapper, seed: UInt64) {
        self.mapper = mapper
        state = Mutex(State(chance: Chance(seed: seed), port: DMAPort(mapper.target)))
    }

    var isAwaited: Bool { false }
    var written: Int { state.withLock { $0.written } }

    @discardableResult
    func step() -> Int {
        state.withLock { state in
            guard let address = mapper.address(&state.chance) else { return 0 }
            let word = state.chance.word()
            let isMapped = switch state.chance.number(0...2) {
            case 0: state.port.store64(word, at: address)
            case 1: state.port.store32(UInt32(truncatingIfNeeded: word), at: address + 4 * (word >> 63))
            default: state.port.store16(UInt16(truncatingIfNeeded: word), at: address + 2 * (word >> 62))
            }
            if isMapped { state.written += 1 }
            return 1
        }
    }
}
