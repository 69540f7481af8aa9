/// The memory of the SFP+ module in the port's cage, as the two-wire bus reaches it: a copper cable. (SFF-8472 §4)
///
/// Two lines, each low if either side pulls it; the driver moves both by bits of I2CCTL. (82599 §8.2.3.1.5)
struct ModuleEEPROM {
    private enum Phase { case idle, address, offset, write, read }

    private var phase = Phase.idle
    /// The phase after the byte that is being acknowledged.
    private var next = Phase.idle
    private var clock = true
    private var data = true
    /// We pull the data line.
    private(set) var pulls = false
    /// Clocks of the current byte, the ninth one of its acknowledgement.
    private var clocks = 0
    private var shift: UInt8 = 0
    private var place: UInt8 = 0
    /// The driver has not acknowledged a byte: it wants no more.
    private var isRefused = false
    private let bytes: [UInt8]

    init() {
        var bytes = [UInt8](repeating: 0, count: 256)
        bytes[0] = 0x03  // SFP
        bytes[1] = 0x04
        bytes[2] = 0x21  // copper pigtail
        bytes[8] = 0x04  // passive cable
        bytes[12] = 103  // 10.3 Gbit/s
        bytes[18] = 1  // metre
        func put(_ text: String, at start: Int, _ count: Int) {
            for index in 0..<count { bytes[start + index] = 0x20 }
            for (index, byte) in text.utf8.prefix(count).enumerated() { bytes[start + index] = byte }
        }
        put("ixy", at: 20, 16)
        put("model cable", at: 40, 16)
        put("1", at: 56, 4)
        put("1", at: 68, 16)
        put("260101", at: 84, 8)
        bytes[63] = bytes[0..<63].reduce(0, &+)
        bytes[95] = bytes[64..<95].reduce(0, &+)
        self.bytes = bytes
    }

    /// The driver's side of both lines.
    mutating func drive(clock newClock: Bool, data newData: Bool) {
        let (oldClock, oldData) = (clock, data)
        clock = newClock
        data = newData
        if oldClock, newClock, oldData != newData {
            // A start or a stop: the data line moves while the clock is high.
            phase = newData ? .idle : .address
            clocks = 0
            pulls = false
        } else if !oldClock, newClock {
            rise(newData)
        } else if oldClock, !newClock {
            fall()
        }
    }

    private mutating func rise(_ bit: Bool) {
        guard phase != .idle else { return }
        clocks += 1
        if clocks <= 8, phase != .read { shift = shift << 1 | (bit ? 1 : 0) }
        if clocks == 9, phase == .read { isRefused = bit }
    }

    private mutating func fall() {
        switch (phase, clocks) {
        case (.idle, _), (_, 0): return
        case (.read, 8): pulls = false
        case (.read, 9):
            guard !isRefused else { return end() }
            clocks = 0
            place &+= 1
            send()
        case (.read, _): send()
        case (_, 8): acknowledge()
        case (_, 9):
            pulls = false
            clocks = 0
            phase = next
            if phase == .read { send() }
        default: return
        }
    }

    private mutating func send() { pulls = bytes[Int(place)] >> UInt8(7 - clocks) & 1 == 0 }

    private mutating func end() {
        phase = .idle
        pulls = false
    }

    private mutating func acknowledge() {
        switch phase {
        case .address:
            guard shift & 0xFE == 0xA0 else { return end() }
            next = shift & 1 == 1 ? .read : .offset
        case .offset:
            place = shift
            next = .write
        default:
            // It cannot be written.
            return end()
        }
        pulls = true
    }
}
