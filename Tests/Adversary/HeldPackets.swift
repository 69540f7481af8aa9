// harmless

import Ixy
import IxyModels

private struct Dice {
    var state: UInt64
    mutating func roll(_ count: Int) -> Int {
        state ^= state &<< 13
        state ^= state &>> 7
        state ^= state &<< 17
        return Int(state % UInt64(count))
    }
}

private final class Held {
    var packet: Packet?
    let mark: UInt8
    init(_ given: consuming Packet, _ mark: UInt8) {
        var packet = given
        packet.resize(to: packet.capacity)
        packet.fill(with: mark)
        self.packet = consume packet
        self.mark = mark
    }
    func check() {
        guard let count = packet?.count else { return }
        for index in 0..<count where packet![index] != mark { expect(false, "byte \(index) of a packet that is held has changed") }
    }
}

private final class Box {
    var batch: PacketBatch
    init(_ capacity: Int) { batch = PacketBatch(capacity: capacity) }
}

private final class Unit {
    var device: Device?
    let open: () throws -> Device
    let lie: (Lies?) -> Void
    var taken: ReceiveQueue?
    var takenOut: TransmitQueue?
    let pool: PoolBox
    init(_ open: @escaping () throws -> Device, _ lie: @escaping (Lies?) -> Void) throws {
        let device = try open()
        pool = PoolBox(try device.makePool(capacity: 40))
        self.device = consume device
        self.open = open
        self.lie = lie
    }
    func reopen() {
        do {
            let fresh = try open()
            device = consume fresh
        } catch {}
    }
}

private final class PoolBox {
    let pool: PacketPool
    init(_ pool: consuming PacketPool) { self.pool = pool }
}

/// Everything at once, in one address space, while marked packets are held that must not change.
func heldPackets() throws {
    let arguments = CommandLine.arguments
    let seeds = arguments.count > 3 ? UInt64(arguments[2])!...UInt64(arguments[3])! : 1...6
    for seed in seeds {
        for lies in [false, true] { try play(seed, lies: lies, rounds: 4000) }
        print("seed", seed)
    }
}

private func play(_ seed: UInt64, lies: Bool, rounds: Int) throws {
    var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    let space = IOAddressSpace()
    do {
        var cards: [ModelNIC] = []
        var models: [ModelVirtIO] = []
        var units: [Unit] = []
        let recorder = SequenceSink()
        let thread = ModelThread([])
        defer { thread.stop() }
        for index in 0..<3 {
            let card = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, UInt8(index)))
            card.attach(source: SequenceSource(count: 10_000_000, size: [60, 64, 1514][dice.roll(3)]), sink: recorder)
            card.setLossless(dice.roll(2) == 0)
            cards.append(card)
            var settings = DeviceSettings()
            settings.receiveRing = [64, 128][dice.roll(2)]
            settings.transmitRing = [64, 128][dice.roll(2)]
            settings.mtu = [1500, 2030, 2031, 9706][dice.roll(4)]
            let chosen = settings
            units.append(try Unit({ try Device.open(card, address: "card \(index)", settings: chosen) }, { _ in }))
        }
        for index in 0..<6 {
            var options = ModelVirtIO.Options()
            options.queueSize = [2, 4, 64, 256][dice.roll(4)]
            if index == 5 { options.queueSize = 32768 }
            if index % 2 == 1 { options.features.insert(.packedRing) }
            if dice.roll(3) == 0 { options.features.insert(.inOrder) } else { options.isScrambled = dice.roll(3) == 0 }
            if dice.roll(3) == 0 { options.features.remove(.mergeableBuffers) }
            if dice.roll(4) == 0 { options.features.remove(.controlQueue) }
            if dice.roll(5) == 0 {
                options.features = [.macAddress, .status]
                if dice.roll(2) == 0 { options.features.insert(.anyLayout) }
                if dice.roll(2) == 0 { options.features.insert(.mergeableBuffers) }
                options.isLegacy = dice.roll(2) == 0
            }
            if index == 4 {
                options.features.insert([.checksum, .guestChecksum, .hostTSO4, .hostTSO6, .guestTSO4, .guestTSO6])
                options.leavesWork = true
                options.segmentSize = 1000
            }
            options.mtu = 9000
            let model = try ModelVirtIO(space: space, options)
            model.attach(source: SequenceSource(count: 10_000_000, size: [60, 61, 1514, 2020, 4000][dice.roll(5)]), sink: recorder)
            model.setLossless(true)
            models.append(model)
            thread.add(model)
            var settings = DeviceSettings()
            settings.receiveRing = min(options.queueSize, [2, 64, 32768][dice.roll(3)])
            settings.transmitRing = min(options.queueSize, [2, 4, 64, 32768][dice.roll(4)])
            settings.usesMergeableBuffers = dice.roll(4) > 0
            settings.mtu = [1500, 9000][dice.roll(2)]
            settings.usesOffloads = index == 4
            let chosen = settings
            do {
                units.append(
                    try Unit({ try Device.open(model, address: "virtio \(index)", settings: chosen) }, { model.tell($0) }))
            } catch { print("not opened:", error) }
        }
        for _ in 0..<300 { for card in cards { card.step() } }
        let boxes = (0..<6).map { _ in Box([1, 2, 8, 32, 64, 100, 1000][dice.roll(7)]) }
        var held: [Held] = []
        for round in 0..<rounds {
            let unit = units[dice.roll(units.count)], box = boxes[dice.roll(boxes.count)]
            let last = dice.roll(26)
            switch last {
            case 0, 1:
                let pool = unit.pool
                let size = pool.pool.bufferSize
                let count = [0, 1, 13, 14, 16, 17, 60, 64, 1514, 2015, 2016, 9724, 9725, size, size - 1][dice.roll(15)]
                pool.pool.fill(&box.batch, upTo: dice.roll(20), count: min(count, size))
            case 2, 3, 4, 5: _ = unit.device?.receive(into: &box.batch)
            case 6, 7, 8, 9: _ = unit.device?.transmit(&box.batch)
            case 10, 11:
                if held.count < 60, let packet = box.batch.popLast() { held.append(Held(packet, UInt8(truncatingIfNeeded: round))) }
            case 12:
                guard !held.isEmpty else { break }
                let one = held.remove(at: dice.roll(held.count))
                if !lies { one.check() }
                if box.batch.room > 0, dice.roll(2) == 0, let marked = one.packet.take() {
                    var packet = marked
                    packet.resize(to: [0, 14, 60, 64, packet.capacity][dice.roll(5)])
                    box.batch.append(packet)
                }
            case 13: box.batch.dropAll()
            case 14: box.batch.returnSpares()
            case 15: if !box.batch.isEmpty { box.batch.dropFirst() }
            case 16:
                box.batch.filter { packet in
                    packet.resize(to: min(packet.capacity, [14, 17, 60, 2000][packet.count % 4]))
                    return packet.count % 3 > 0
                }
            case 17:
                let other = boxes[dice.roll(boxes.count)]
                if other !== box { swap(&other.batch, &box.batch) }
            case 18: _ = unit.device?.recover()
            case 19:
                if lies {
                    var lie = Lies(Lies.Kind.aboutQueues)
                    lie.limit = 1 + dice.roll(3)
                    lie.seed = UInt64(round)
                    unit.lie(dice.roll(3) == 0 ? nil : lie)
                }
            case 20:
                guard dice.roll(12) == 0 else { break }
                unit.lie(nil)
                switch dice.roll(3) {
                case 0: try? unit.device?.stop()
                case 1: unit.device = nil
                default: break
                }
                unit.device = nil
                // Queues of the former device are gone first: what its bells do is another test.
                unit.taken = nil
                unit.takenOut = nil
                unit.reopen()
                for _ in 0..<300 { for card in cards { card.step() } }
            case 21:
                guard dice.roll(3) == 0, unit.device != nil else { break }
                if unit.taken == nil { unit.taken = unit.device?.takeReceiveQueue() }
                if unit.takenOut == nil { unit.takenOut = unit.device?.takeTransmitQueue() }
                _ = unit.taken?.receive(into: &box.batch)
                _ = unit.takenOut?.transmit(&box.batch)
                if let queue = unit.taken.take() { unit.device?.receiveQueues.append(queue) }
                if let queue = unit.takenOut.take() { unit.device?.transmitQueues.append(queue) }
            case 22:
                box.batch.forEach { packet in
                    guard held.count > 0, let last = held.last, last.packet != nil else { return }
                    // Marks stay with their packets.
                    packet.resize(to: min(packet.capacity, 60))
                    var offload = PacketOffload()
                    offload.needsChecksum = true
                    offload.checksumStart = UInt16(truncatingIfNeeded: round &* 7919)
                    offload.checksumOffset = UInt16(truncatingIfNeeded: round)
                    offload.segmentation = round % 3 == 0 ? .tcp4 : .none
                    offload.segmentSize = UInt16(round % 5)
                    packet.setOffload(offload)
                }
            default: for card in cards { card.step() }
            }
            if unit.device == nil { unit.reopen() }
            if round % 100 == 0, !lies { held.forEach { $0.check() } }
            if !lies {
                for (index, model) in models.enumerated() {
                    let found = model.violations.filter { "\($0)".contains("outside of mapped") }
                    if !found.isEmpty { expect(false, "round \(round) last \(last): device \(index) complains: \(found) \(model.options)") }
                }
            }
        }
        if !lies {
            held.forEach { $0.check() }
            for card in cards { expect(card.violations.isEmpty, "a card complains: \(card.violations)") }
        }
        for unit in units { unit.lie(nil) }
    }
    expect(space.mappedCount == 0, "memory is still mapped")
}
