import Ixy
import IxyHardware
import IxySystem
import Synchronization

/// A VirtIO device's registers, as a table that answers as the specification says, and as a liar where a test asks.
final class FakeVirtIO: Sendable {
    struct Queue {
        var size: UInt16 = 256
        var vector: UInt16 = 0xFFFF
        var enable: UInt16 = 0
        var notifyOffset: UInt16 = 0
        var addresses: [UInt32] = [0, 0, 0, 0, 0, 0]
        var page: UInt32 = 0
    }

    struct State {
        var features: UInt64 = 0
        var accepted: UInt64 = 0
        var featureSelect: UInt32 = 0
        var acceptSelect: UInt32 = 0
        var status: UInt8 = 0
        var generation: UInt8 = 0
        var select: UInt16 = 0
        var queues = [Queue(), Queue(), Queue()]
        var configuration: [UInt8] = []
        /// Whether the legacy header has the two vectors.
        var hasVectors = false
        /// Each access, such as `write16 28`.
        var log: [String] = []
        /// Vectors from this one on do not exist.
        var vectorCount: UInt16 = 8

        // Lies.
        /// All ones, for ever.
        var isGone = false
        /// How often status reads as it was after a reset; `.max` for ever.
        var slowResets = 0
        /// How many of the next readings of the configuration change it.
        var changes = 0
        var refusesEnable = false
        var refusesSize = false
        var refusesAddress = false
    }

    let state = Mutex(State())
    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    func get<Value: Sendable>(_ read: (State) -> Value) -> Value { state.withLock { read($0) } }

    /// The part of the device that a window shows.
    enum Part { case common, bells, device, legacy }

    func window(_ part: Part, count: Int) -> FakeWindow { FakeWindow(device: self, part: part, count: count) }

    func read(_ part: Part, _ offset: Int, _ width: Int) -> UInt32 {
        state.withLock { state in
            state.log.append("read\(width * 8) \(offset)")
            if state.isGone { return .max }
            return switch part {
            case .common: Self.readCommon(&state, offset)
            case .legacy: Self.readLegacy(&state, offset, width)
            case .device: Self.readConfiguration(&state, offset, width)
            case .bells: 0
            }
        }
    }

    func write(_ value: UInt32, _ part: Part, _ offset: Int, _ width: Int) {
        state.withLock { state in
            state.log.append("write\(width * 8) \(offset)")
            if state.isGone { return }
            switch part {
            case .common: Self.writeCommon(&state, offset, value)
            case .legacy: Self.writeLegacy(&state, offset, value)
            case .device: state.configuration[offset] = UInt8(truncatingIfNeeded: value)
            case .bells: break
            }
        }
    }

    private static func readStatus(_ state: inout State) -> UInt32 {
        if state.slowResets > 0, state.status == 0 {
            if state.slowResets != .max { state.slowResets -= 1 }
            return 0x0F
        }
        return UInt32(state.status)
    }

    private static func readConfiguration(_ state: inout State, _ offset: Int, _ width: Int) -> UInt32 {
        if state.changes > 0 {
            if state.changes != .max { state.changes -= 1 }
            state.generation &+= 1
            state.configuration[offset] &+= 1
        }
        return (0..<width).reduce(0) { $0 | UInt32(state.configuration[offset + $1]) << (8 * UInt32($1)) }
    }

    private static func setStatus(_ state: inout State, _ value: UInt8) {
        state.status = value
        guard value == 0 else { return }
        for index in state.queues.indices {
            state.queues[index].enable = 0
            state.queues[index].vector = 0xFFFF
        }
    }

    private static func readCommon(_ state: inout State, _ offset: Int) -> UInt32 {
        let queue = Int(state.select) < state.queues.count ? state.queues[Int(state.select)] : nil
        return switch offset {
        case 4: state.featureSelect < 2 ? UInt32(truncatingIfNeeded: state.features >> (32 * UInt64(state.featureSelect))) : 0
        case 18: UInt32(state.queues.count)
        case 20: readStatus(&state)
        case 21: UInt32(state.generation)
        case 22: UInt32(state.select)
        case 24: UInt32(queue?.size ?? 0)
        case 26: UInt32(queue?.vector ?? 0)
        case 28: UInt32(queue?.enable ?? 0)
        case 30: UInt32(queue?.notifyOffset ?? 0)
        default: 0
        }
    }

    private static func writeCommon(_ state: inout State, _ offset: Int, _ value: UInt32) {
        let index = Int(state.select)
        let short = UInt16(truncatingIfNeeded: value)
        switch offset {
        case 0: state.featureSelect = value
        case 8: state.acceptSelect = value
        case 12:
            let shift = UInt64(32 * state.acceptSelect)
            state.accepted = state.accepted & ~(0xFFFF_FFFF << shift) | UInt64(value) << shift
        case 20: setStatus(&state, UInt8(truncatingIfNeeded: value))
        case 22: state.select = short
        case 24: if !state.refusesSize { state.queues[index].size = short }
        case 26: state.queues[index].vector = short < state.vectorCount ? short : 0xFFFF
        case 28: if !state.refusesEnable { state.queues[index].enable = short }
        case 32...52: state.queues[index].addresses[(offset - 32) / 4] = value
        default: break
        }
    }

    private static func readLegacy(_ state: inout State, _ offset: Int, _ width: Int) -> UInt32 {
        let queue = Int(state.select) < state.queues.count ? state.queues[Int(state.select)] : nil
        switch offset {
        case 0: return UInt32(truncatingIfNeeded: state.features)
        case 4: return UInt32(truncatingIfNeeded: state.accepted)
        case 8: return queue?.page ?? 0
        case 12: return UInt32(queue?.size ?? 0)
        case 14: return UInt32(state.select)
        case 18: return readStatus(&state)
        case 22 where state.hasVectors: return UInt32(queue?.vector ?? 0)
        default: return readConfiguration(&state, offset - (state.hasVectors ? 24 : 20), width)
        }
    }

    private static func writeLegacy(_ state: inout State, _ offset: Int, _ value: UInt32) {
        let index = Int(state.select)
        switch offset {
        case 4: state.accepted = UInt64(value)
        case 8: if !state.refusesAddress { state.queues[index].page = value }
        case 14: state.select = UInt16(truncatingIfNeeded: value)
        case 18: setStatus(&state, UInt8(truncatingIfNeeded: value))
        case 22 where state.hasVectors:
            let short = UInt16(truncatingIfNeeded: value)
            state.queues[index].vector = short < state.vectorCount ? short : 0xFFFF
        default: state.configuration[offset - (state.hasVectors ? 24 : 20)] = UInt8(truncatingIfNeeded: value)
        }
    }
}

/// A window on a part of a `FakeVirtIO`.
struct FakeWindow: RegisterWindow, ~Copyable {
    let device: FakeVirtIO
    let part: FakeVirtIO.Part
    let count: Int

    func read8(at offset: Int) -> UInt8 { UInt8(truncatingIfNeeded: device.read(part, offset, 1)) }
    func read16(at offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: device.read(part, offset, 2)) }
    func read32(at offset: Int) -> UInt32 { device.read(part, offset, 4) }
    func write8(_ value: UInt8, at offset: Int) { device.write(UInt32(value), part, offset, 1) }
    func write16(_ value: UInt16, at offset: Int) { device.write(UInt32(value), part, offset, 2) }
    func write32(_ value: UInt32, at offset: Int) { device.write(value, part, offset, 4) }

    func notifier(at offset: Int, queue: UInt16) throws(HardwareError) -> Notifier {
        device.set { $0.log.append("bell of \(queue) at \(offset)") }
        return Notifier(event: try FileDescriptor.open("/dev/null", 1))
    }
}

/// The PCI function around a `FakeVirtIO`.
struct FakeFunction: PCIFunction, ~Copyable {
    let device: FakeVirtIO
    var isBehindIOMMU = false
    var interruptCount = 0

    mutating func enableDMA() { device.set { $0.log.append("DMA on") } }
    mutating func isMSIXEnabled() -> Bool { device.get { $0.hasVectors } }
    mutating func interrupt(_ vector: Int) throws(HardwareError) -> FileDescriptor {
        device.set {
            $0.hasVectors = true
            $0.log.append("interrupt \(vector)")
        }
        return try FileDescriptor.open("/dev/null", 0)
    }
}
