import Ixy
import IxyHardware
import IxyModels

/// A virtual function's driver that does as little as a test needs.
final class HandMadeVF {
    typealias R = IXGBERegisters
    typealias V = IXGBEVFRegisters

    let nic: ModelNIC
    let registers: ModelVFRegisters
    let memory: HandMadeMemory
    /// Its part of the memory: rings of 64 descriptors, then buffers.
    private let base: UInt64
    private let buffers: Int

    init(_ nic: ModelNIC, _ memory: HandMadeMemory, function: Int) {
        self.nic = nic
        self.memory = memory
        registers = ModelVFRegisters(nic, function: function)
        base = memory.base + UInt64(function) * 0x1000
        buffers = function * 4
    }

    func step(_ count: Int = 10) { for _ in 0..<count { nic.step() } }

    func reset() {
        registers.write(V.VFCTRL.self) { $0.set(V.VFCTRL.reset) }
    }

    /// Sends a message, and returns what is answered.
    func ask(_ words: [UInt32], count: Int = 4) -> [UInt32] {
        registers.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.isVFUsing) }
        guard registers.read(V.VFMAILBOX.self).isSet(V.VFMAILBOX.isVFUsing) else { return [] }
        for (index, word) in words.enumerated() {
            registers.write(V.VFMBMEM.self, at: index) { $0[V.VFMBMEM.word] = word }
        }
        registers.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.request) }
        step()
        let news = registers.read(V.VFMAILBOX.self)
        guard news.isSet(V.VFMAILBOX.acknowledged), news.isSet(V.VFMAILBOX.status) else { return [] }
        registers.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.isVFUsing) }
        let answer = (0..<count).map { registers.read(V.VFMBMEM.self, at: $0)[V.VFMBMEM.word] }
        registers.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.acknowledge) }
        return answer
    }

    /// Resets the function, and asks for its address.
    func begin() -> [UInt32] {
        reset()
        return ask([1])
    }

    private func write(_ offset: Int, _ value: UInt32) { registers.write32(value, at: offset) }

    var receiveRing: UInt64 { base + 0x8000 }
    var transmitRing: UInt64 { base }
    func buffer(_ number: Int) -> UInt64 { memory.buffer(buffers + number) }

    /// Starts both first queues.
    func start() {
        let windows = [(V.receiveQueues, receiveRing), (V.transmitQueues, transmitRing)]
        for (window, ring) in windows {
            memory.put([UInt8](repeating: 0, count: 1024), ring)
            write(window, UInt32(truncatingIfNeeded: ring))
            write(window + 4, UInt32(truncatingIfNeeded: ring >> 32))
            write(window + 8, 1024)
        }
        // Advanced descriptors, buffers of 2 KiB.
        write(V.receiveQueues + 0x14, 1 << 25 | 2)
        // Without the bit that must be cleared.
        write(V.receiveQueues + 0x0C, 0xA200)
        for offset in [V.receiveQueues, V.transmitQueues] {
            write(offset + 0x28, 1 << 25)
            while registers.read32(at: offset + 0x28) >> 25 & 1 == 0 { step(1) }
        }
    }

    func arm(_ slot: Int) {
        memory.put64(buffer(slot % 2), receiveRing + UInt64(slot) * 16)
        memory.put64(0, receiveRing + UInt64(slot) * 16 + 8)
        write(V.receiveQueues + 0x18, UInt32(slot + 1))
    }

    /// The frame received in a slot; nil if there is none.
    func received(_ slot: Int) -> [UInt8]? {
        let word = memory.get64(receiveRing + UInt64(slot) * 16 + 8)
        guard word & 1 == 1 else { return nil }
        return memory.bytes(buffer(slot % 2), Int(word >> 32 & 0xFFFF))
    }

    func send(_ frame: [UInt8], slot: Int) {
        memory.put(frame, buffer(2))
        memory.put64(buffer(2), transmitRing + UInt64(slot) * 16)
        memory.put64(Command.data(frame.count), transmitRing + UInt64(slot) * 16 + 8)
        write(V.transmitQueues + 0x18, UInt32(slot + 1))
        step()
    }
}
