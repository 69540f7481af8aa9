import Ixy
import IxyModels

/// An 82599 that writes whatever it likes into its descriptors, where its head belongs, and anywhere else.
struct IXGBERound: ~Copyable {
    typealias R = IXGBERegisters
    private var chance: Chance
    private let ring: Int

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        ring = 1 << chance.number(6...9)
    }

    consuming func run(_ tally: inout Tally) throws {
        let space = IOAddressSpace()
        let mapper = RecordingMapper(space)
        let scribbler = Scribbler(mapper, seed: chance.next())
        let nic = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        var settings = DeviceSettings()
        settings.receiveRing = ring
        settings.transmitRing = ring
        var batch = PacketBatch(capacity: 32)
        do {
            var device = try IXGBE.start(
                ModelRegisters(nic), name: "82599", address: "liar", settings: settings, mapper: mapper,
                needsHugePages: false)
            try lie(nic, scribbler, &device, &batch, &tally)
            tally.seen += Int(device.receiveQueues[0].counters.deviceLies)
            tally.seen += Int(device.transmitQueues[0].counters.deviceLies)
            tally.resets += Int(device.driver.statistics().resets)
            if chance.once(in: 2) { try device.stop() }
        }
        batch.dropAll()
        batch.returnSpares()
        tally.words += scribbler.written
        try check(space.mappedCount == 0, "82599: \(space.mappedCount) pieces of memory are lost")
    }

    private mutating func lie(
        _ nic: ModelNIC, _ scribbler: Scribbler, _ device: inout Device, _ batch: inout PacketBatch,
        _ tally: inout Tally
    ) throws(Finding) {
        let registers = ModelRegisters(nic)
        func address(_ low: Int, _ high: Int) -> UInt64 {
            UInt64(registers.read32(at: high)) << 32 | UInt64(registers.read32(at: low))
        }
        let receiveRing = address(R.RDBAL.offset(0), R.RDBAH.offset(0))
        let head = address(R.TDWBAL.offset(0), R.TDWBAH.offset(0)) & ~3
        var port = DMAPort(nic.space)
        let isAnywhere = chance.once(in: 2)
        for _ in 0..<chance.number(100...2000) {
            for _ in 0..<8 {
                let slot = chance.next() % UInt64(ring)
                let length = UInt64(chance.one(of: [0, 1, 60, 2048, 2049, 0xFFFF]))
                let word = chance.once(in: 3) ? chance.next() : length << 32 | chance.next() & 3
                _ = port.store64(word, at: receiveRing + slot * 16 + 8)
                _ = port.store64(chance.next(), at: receiveRing + slot * 16)
            }
            let reported = chance.once(in: 2) ? chance.next() : chance.next() % UInt64(ring)
            _ = port.store32(UInt32(truncatingIfNeeded: reported), at: head)
            if isAnywhere { scribbler.step() }
            device.receiveQueues[0].receive(into: &batch)
            tally.packets += batch.count
            try batch.forEach { (packet: inout Packet) throws(Finding) in
                let count = packet.count, capacity = packet.capacity
                try check((1...capacity).contains(count), "82599: a packet of \(count) bytes in a buffer of \(capacity)")
                for index in 0..<count { packet[index] &+= 1 }
            }
            device.transmitQueues[0].transmit(&batch)
            batch.dropAll()
        }
    }
}
