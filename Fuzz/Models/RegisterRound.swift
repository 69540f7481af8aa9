import Ixy
import IxyHardware
import IxyModels

/// A driver of an 82599 that writes any register in any order, descriptors of any kind, and frames that come as they like.
struct RegisterRound: ~Copyable {
    typealias R = IXGBERegisters

    private var chance: Chance
    private let memory: DMAMemory
    private var port: DMAPort
    private let nic: ModelNIC
    private let registers: ModelRegisters
    /// How many virtual functions there are, if the model drives the physical one.
    private let functions: Int
    private let sink = CountingSink()
    private static let size = 1 << 18
    private static let tables = R.all + R.unused
    /// Of a queue.
    private static let ringSize = 0x1000

    init(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        let space = IOAddressSpace()
        let memory = try DMAMemory(count: RegisterRound.size, pages: .small, mapper: space)
        let address = MACAddress(2, 0, 0, 0, 0, 1)
        let functions = chance.once(in: 3) ? chance.one(of: [1, 2, 31, 32, 63]) : 0
        let nic = functions > 0
            ? try ModelNIC(
                space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 0xFF),
                virtualAddresses: (0..<functions).map { MACAddress(2, 0, 0, 0, 0, UInt8($0 + 1)) })
            : try ModelNIC(space: space, macAddress: address)
        nic.attach(source: WildFrames(seed: chance.next()), sink: sink)
        self.chance = chance
        self.memory = memory
        self.nic = nic
        self.functions = functions
        port = DMAPort(space)
        registers = ModelRegisters(nic)
    }

    private var base: UInt64 { memory.pageAddresses[0] }

    consuming func run(_ tally: inout Tally) throws {
        if chance.once(in: 2) { nic.setServed() }
        nic.setLossless(chance.once(in: 4))
        for _ in 0..<250 { nic.step() }
        if chance.once(in: 8) { scribble(4000) } else { begin() }
        for _ in 0..<chance.number(50...1500) {
            act(&tally)
            tally.words += 1
        }
        tally.moved += sink.count
        let complaints = nic.violations.count
        tally.complaints += complaints
        try check(complaints <= 100_000, "\(complaints) violations are kept")
    }

    private mutating func act(_ tally: inout Tally) {
        switch chance.number(0...23) {
        case 0...7: write(chance.one(of: RegisterRound.tables))
        case 8, 9: _ = registers.read32(at: chance.once(in: 4) ? chance.number(-8...0x20010) : place())
        case 10: start(chance.once(in: 8) ? chance.number(0...127) : chance.number(0...3))
        case 11, 12: post(queue())
        case 13: tail()
        case 14...17: for _ in 0..<chance.number(1...12) { tally.moved += nic.step() }
        case 18: scribble(chance.number(1...40))
        case 19 where functions > 0, 20 where functions > 0: actVirtually()
        case 21: _ = nic.takeInterrupts()
        case 22: if chance.once(in: 2) { head() } else { direct() }
        case 23 where chance.once(in: 8): disturb()
        default: nic.step()
        }
    }

    private mutating func queue() -> Int { chance.once(in: 8) ? chance.number(0...127) : chance.number(0...3) }

    /// The place of some register.
    private mutating func place() -> Int {
        let register = chance.one(of: RegisterRound.tables)
        return register.offset(chance.number(0...register.count - 1))
    }

    private mutating func write(_ register: any Register.Type) {
        let index = chance.once(in: 3) ? chance.number(0...register.count - 1) : min(chance.number(0...3), register.count - 1)
        let offset = chance.once(in: 50) ? chance.number(-8...0x20010) : register.offset(index)
        registers.write32(value(register, at: offset), at: offset)
    }

    private mutating func value(_ register: any Register.Type, at offset: Int) -> UInt32 {
        switch chance.number(0...9) {
        case 0: return UInt32(truncatingIfNeeded: chance.next())
        case 1: return UInt32(truncatingIfNeeded: chance.edge())
        case 2: return UInt32(truncatingIfNeeded: address())
        case 3: return UInt32(truncatingIfNeeded: base >> 32)
        case 4...6:
            // One field at one of its ends.
            guard let field = register.fields.randomElement(using: &chance) else { return 0 }
            let highest = field.mask >> UInt32(field.lowBit)
            let value = chance.one(of: [0, 1, highest, highest / 2, highest / 2 + 1, UInt32(chance.number(0...Int(highest)))])
            return registers.read32(at: offset) & ~field.mask | value << UInt32(field.lowBit) & field.mask
        default: return registers.read32(at: offset) ^ 1 << UInt32(chance.number(0...31))
        }
    }

    private mutating func address() -> UInt64 {
        chance.once(in: 10) ? chance.edge() : base + UInt64(chance.number(0...RegisterRound.size - 1)) & ~127
    }

    /// Writes what a driver would, but for a word now and then.
    private mutating func set(_ register: any Register.Type, _ index: Int = 0, _ value: UInt32) {
        registers.write32(chance.once(in: 40) ? self.value(register, at: register.offset(index)) : value, at: register.offset(index))
    }

    private mutating func change(_ register: any Register.Type, _ index: Int = 0, set bits: UInt32, clear: UInt32 = 0) {
        set(register, index, registers.read32(at: register.offset(index)) & ~clear | bits)
    }

    /// Frames may come and go. (82599 §4.6.3)
    private mutating func begin() {
        set(R.EIMC.self, 0, .max)
        change(R.FCTRL.self, set: 0x700)
        if chance.once(in: 2) { change(R.HLREG0.self, set: 4) }
        if chance.once(in: 3) { set(R.MRQC.self, 0, UInt32(chance.one(of: [1, 10, 11, 8])) | 0x01FF_0000) }
        if chance.once(in: 3) { change(R.RXCSUM.self, set: UInt32(chance.one(of: [1 << 12, 1 << 13, 3 << 12]))) }
        if chance.once(in: 4) { change(R.PFVTCTL.self, set: UInt32(chance.one(of: [1, 1 | 1 << 30]))) }
        if chance.once(in: 4) { change(R.FDIRCTRL.self, set: UInt32(chance.number(1...3)) | UInt32(chance.one(of: [0, 1 << 4]))) }
        for queue in 0..<chance.number(1...3) { start(queue) }
        change(R.RXCTRL.self, set: 1)
        for _ in 0..<20 { nic.step() }
    }

    /// Gives a queue of each kind a ring, and starts it. (82599 §4.6.7.1, §4.6.8.1)
    private mutating func start(_ queue: Int) {
        let length = UInt32(chance.one(of: [0, 128, 1024, 4096, 4096, 4096, 0x20000, 0xFFF80]))
        for (low, high, size, place) in [
            (R.RDBAL.self, R.RDBAH.self, R.RDLEN.self, 0), (R.TDBAL.self, R.TDBAH.self, R.TDLEN.self, 1),
        ] as [(any Register.Type, any Register.Type, any Register.Type, UInt64)] {
            let address = base + (UInt64(queue % 8) * 2 + place) * UInt64(RegisterRound.ringSize)
            set(low, queue, UInt32(truncatingIfNeeded: address))
            set(high, queue, UInt32(address >> 32))
            set(size, queue, length)
        }
        if queue < R.SRRCTL.count { set(R.SRRCTL.self, queue, UInt32(chance.one(of: [1, 2, 16, 31, 0])) | 1 << 25 | 1 << 28) }
        if chance.once(in: 2) {
            set(R.TDWBAL.self, queue, UInt32(truncatingIfNeeded: base + 0x10000 + UInt64(queue) * 16) | 1)
            set(R.TDWBAH.self, queue, UInt32(base >> 32))
        }
        change(R.DMATXCTL.self, set: 1)
        change(R.RXDCTL.self, queue, set: 1 << 25)
        change(R.TXDCTL.self, queue, set: 1 << 25)
        for _ in 0..<8 { nic.step() }
        _ = registers.read32(at: R.RXDCTL.offset(queue))
        _ = registers.read32(at: R.TXDCTL.offset(queue))
        // Buffers to receive into.
        let ring = base + UInt64(queue % 8) * 2 * UInt64(RegisterRound.ringSize)
        for slot in 0..<256 {
            _ = port.store64(buffer(), at: ring + UInt64(slot) * 16)
            _ = port.store64(0, at: ring + UInt64(slot) * 16 + 8)
        }
        registers.tail(at: R.RDT.offset(queue)).write(UInt32(chance.one(of: [7, 63, 255])))
    }

    private mutating func buffer() -> UInt64 {
        chance.once(in: 20) ? chance.edge() : base + 0x20000 + UInt64(chance.number(0...0x1FFFF))
    }

    private mutating func head() {
        let register: any Register.Type = chance.one(of: [R.TDH.self, R.RDH.self, R.TDLEN.self, R.RDLEN.self])
        registers.write32(UInt32(truncatingIfNeeded: chance.edge()), at: register.offset(queue()))
    }

    /// Memory for the flow director, and commands to it. (82599 §7.1.2.7.12)
    private mutating func direct() {
        if chance.once(in: 3) {
            set(R.FDIRCTRL.self, 0, UInt32(chance.number(0...3)) | UInt32(chance.one(of: [0, 1 << 4])) | 1 << 5 | 127 << 8)
            for _ in 0..<chance.number(0...5) { nic.step() }
        }
        for _ in 0..<chance.number(1...5) {
            set(R.FDIRHASH.self, 0, UInt32(truncatingIfNeeded: chance.edge()))
            set(R.FDIRCMD.self, 0, UInt32(chance.number(0...3)) | UInt32(chance.number(0...3)) << 5 | 1 << 15)
            for _ in 0..<chance.number(0...5) { nic.step() }
        }
    }

    private mutating func tail() {
        let place = chance.once(in: 2) ? R.RDT.offset(queue()) : R.TDT.offset(queue())
        registers.tail(at: place).write(UInt32(truncatingIfNeeded: chance.once(in: 3) ? chance.edge() : UInt64(chance.number(0...255))))
    }

    /// Frames to send: contexts, data, legacy descriptors. (82599 §7.2.3.2)
    private mutating func post(_ queue: Int) {
        let ring = base + (UInt64(queue % 8) * 2 + 1) * UInt64(RegisterRound.ringSize)
        var slot = Int(registers.read32(at: R.TDT.offset(queue))) & 0xFF
        let maker = FrameMaker(chance: Chance(seed: chance.next()))
        var frames = maker
        for _ in 0..<chance.number(1...20) {
            let isAdvanced: UInt64 = 1 << 29
            var address = buffer()
            var word: UInt64
            switch chance.number(0...5) {
            case 0:
                // MACLEN, IPLEN and a tag; L4LEN, MSS, TUCMD.
                address = UInt64(chance.one(of: [20, 40, 24, 0, 511])) | UInt64(chance.one(of: [14, 18, 0, 127])) << 9
                    | chance.next() << 16 & 0xFFFF_0000
                word = 2 << 20 | isAdvanced | UInt64(chance.number(0...31)) << 9 | UInt64(chance.one(of: [20, 8, 32, 0, 255])) << 40
                    | UInt64(chance.one(of: [1, 2, 100, 1460, 0xFFFF, 0])) << 48 | UInt64(chance.number(0...3)) << 36
            case 1: word = chance.next()
            default:
                let frame = frames.frame()
                let count = chance.once(in: 3) ? chance.length() : frame.count
                let payload = chance.once(in: 2) ? count : max(0, count - chance.one(of: [54, 66, 74, 42, 1]))
                _ = port.copyIn(frame.span.rawBytes, to: address)
                word = UInt64(count) | 3 << 20 | isAdvanced | 1 << 25 | UInt64(payload & 0x3FFFF) << 46
                if !chance.once(in: 6) { word |= 1 << 24 }
                if chance.once(in: 2) { word |= 1 << 27 }
                // TSE, VLE, IXSM, TXSM, CC, IDX.
                if chance.once(in: 2) { word |= chance.next() & (3 << 30 | 0x3F << 36) }
                if chance.once(in: 12) { word ^= 1 << UInt64(chance.number(0...63)) }
            }
            _ = port.store64(address, at: ring + UInt64(slot) * 16)
            _ = port.store64(word, at: ring + UInt64(slot) * 16 + 8)
            slot = (slot + 1) & 0xFF
        }
        registers.tail(at: R.TDT.offset(queue)).write(UInt32(slot))
        nic.step()
    }

    /// Any words in memory.
    private mutating func scribble(_ count: Int) {
        for _ in 0..<count {
            let word = chance.once(in: 2) ? chance.next() : chance.edge()
            _ = port.store64(word, at: base + UInt64(chance.number(0...RegisterRound.size / 8 - 1)) * 8)
        }
    }

    /// Disturbs the card as the bus, the cable and the owner may.
    private mutating func disturb() {
        switch chance.number(0...5) {
        case 0: nic.resetFunction()
        case 1, 2: nic.setBusMaster(!chance.once(in: 4))
        case 3: nic.setConnected(!chance.once(in: 4))
        case 4: if functions > 0 { nic.resetVirtualFunction(chance.number(0...functions - 1)) }
        default: for _ in 0..<250 { nic.step() }
        }
    }

    private mutating func actVirtually() {
        typealias V = IXGBEVFRegisters
        let function = chance.number(0...63)
        let virtual = ModelVFRegisters(nic, function: function)
        switch chance.number(0...6) {
        case 6:
            // Pools of two or four queues, or none.
            registers.write32(UInt32(chance.one(of: [10, 11, 8, 1, 0])), at: R.MRQC.offset(0))
        case 0:
            let words = [chance.one(of: [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 16, 0x100, 7]) | UInt32(chance.number(0...255)) << 16]
                + (0..<15).map { _ in UInt32(truncatingIfNeeded: chance.edge()) }
            virtual.write32(.max, at: V.VFMAILBOX.offset(0))
            for (index, word) in words.enumerated() { virtual.write32(word, at: V.VFMBMEM.offset(index)) }
            virtual.write32(1, at: V.VFMAILBOX.offset(0))
            for _ in 0..<3 { nic.step() }
            _ = nic.takeInterrupts(virtual: function)
        case 1: _ = virtual.read32(at: chance.number(-4...0x4000))
        case 2: virtual.write32(UInt32(truncatingIfNeeded: chance.edge()), at: chance.number(-4...0x4000))
        case 3:
            // A queue of its pool, as its driver starts it.
            let window = chance.number(0...3) * V.queueDistance
            for start in [V.receiveQueues, V.transmitQueues] {
                let address = base + UInt64(chance.number(0...15) * RegisterRound.ringSize)
                virtual.write32(UInt32(truncatingIfNeeded: address), at: start + window)
                virtual.write32(UInt32(address >> 32), at: start + window + 4)
                virtual.write32(4096, at: start + window + 8)
                virtual.write32(2 | 1 << 25, at: start + window + 0x14)
                virtual.write32(1 << 25, at: start + window + 0x28)
            }
            for _ in 0..<8 { nic.step() }
        default:
            let register = chance.one(of: V.all)
            let offset = register.offset(chance.number(0...register.count - 1))
            virtual.write32(UInt32(truncatingIfNeeded: chance.once(in: 2) ? chance.next() : chance.edge()), at: offset)
            _ = virtual.read32(at: offset)
        }
    }
}
