import Ixy
import IxyHardware

/// Receive-side scaling: which queue a frame goes to. (82599 §7.1.2.8)
struct Spreader {
    typealias R = IXGBERegisters

    /// The most bytes that are hashed: two IPv6 addresses and two ports.
    private static let longest = 36
    /// The 40 bytes of the key, the first one first.
    let key: [UInt8]
    /// The 128 entries of the redirection table.
    private var table: [UInt8]
    /// The word that each value of each byte adds to the hash: 256 entries for each position.
    private let parts: [UInt32]

    init(key: [UInt8], table: [UInt8]) {
        self.key = key
        self.table = table
        var parts = [UInt32](repeating: 0, count: Spreader.longest * 256)
        for position in 0..<Spreader.longest {
            // The 32 bits of the key from each bit of this byte on. (82599 §7.1.2.8.1)
            let bits = key[position..<position + 5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            for value in 1..<256 {
                let lowest = value.trailingZeroBitCount
                let window = UInt32(truncatingIfNeeded: bits >> UInt64(lowest + 1))
                parts[position * 256 + value] = parts[position * 256 + (value & (value - 1))] ^ window
            }
        }
        self.parts = parts
    }

    /// Makes the registers' spreader; nil while it is off. Mode 1 is RSS alone; 10 and 11 are RSS inside of pools.
    static func make(_ registers: RegisterFile, from old: Spreader?) -> Spreader? {
        guard [1, 10, 11].contains(registers.field(R.MRQC.mode)) else { return nil }
        func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let key = (0..<R.RSSRK.count).flatMap { bytes(registers[R.RSSRK.offset($0)]) }
        let table = (0..<R.RETA.count).flatMap { bytes(registers[R.RETA.offset($0)]).map { $0 & 15 } }
        guard var old, old.key == key else { return Spreader(key: key, table: table) }
        old.table = table
        return old
    }

    /// The Toeplitz hash of the bytes in `first`, and of those in `second` behind them. (82599 §7.1.2.8.1)
    func hash(_ frame: RawSpan, _ first: Range<Int>, _ second: Range<Int>) -> UInt32 {
        var result: UInt32 = 0
        var position = 0
        for index in first {
            result ^= parts[position * 256 + Int(frame[index])]
            position += 1
        }
        for index in second {
            result ^= parts[position * 256 + Int(frame[index])]
            position += 1
        }
        return result
    }

    /// The redirection table's entry for a hash.
    func entry(_ hash: UInt32) -> UInt8 { table[Int(hash & 127)] }

    /// The hash and queue of a frame. Frames that are neither IPv4 nor IPv6 go to queue 0.
    func queue(of frame: RawSpan) -> (hash: UInt32, queue: Int) {
        guard frame.byteCount >= 34 else { return (0, 0) }
        var header = 14
        var type = frame.bigEndian(UInt16.self, at: 12)
        if type == 0x8100, frame.byteCount >= 38 {
            header = 18
            type = frame.bigEndian(UInt16.self, at: 16)
        }
        let addresses: Range<Int>
        var ports: Range<Int>
        if type == 0x0800 {
            addresses = header + 12..<header + 20
            let start = header + Int(frame[header] & 15) * 4
            let isFragment = frame.bigEndian(UInt16.self, at: header + 6) & 0x3FFF != 0
            ports = Spreader.hasPorts(frame[header + 9]) && !isFragment ? start..<start + 4 : 0..<0
        } else if type == 0x86DD, frame.byteCount >= header + 40 {
            addresses = header + 8..<header + 40
            ports = Spreader.hasPorts(frame[header + 6]) ? header + 40..<header + 44 : 0..<0
        } else {
            return (0, 0)
        }
        if ports.upperBound > frame.byteCount { ports = 0..<0 }
        let hash = hash(frame, addresses, ports)
        return (hash, Int(table[Int(hash & 127)]))
    }

    /// TCP or UDP.
    private static func hasPorts(_ number: UInt8) -> Bool { number == 6 || number == 17 }
}
