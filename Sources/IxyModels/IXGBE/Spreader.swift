import IxyHardware

/// Receive-side scaling: which queue a frame goes to. (82599 §7.1.2.8)
struct Spreader {
    /// The 40 bytes of the key, the first one first.
    let key: [UInt8]
    /// The 128 entries of the redirection table.
    let table: [UInt8]

    /// The Toeplitz hash of `input`. (82599 §7.1.2.8.1)
    func hash(_ input: [UInt8]) -> UInt32 {
        var result: UInt32 = 0
        var window = key[0..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        for (position, byte) in input.enumerated() {
            for bit in 0..<8 {
                if byte & (0x80 >> UInt8(bit)) != 0 { result ^= window }
                let next = key[position + 4] & (0x80 >> UInt8(bit)) != 0
                window = window << 1 | (next ? 1 : 0)
            }
        }
        return result
    }

    /// The hash and queue of a frame. Frames that are neither IPv4 nor IPv6 go to queue 0.
    func queue(of frame: borrowing RawSpan) -> (hash: UInt32, queue: Int) {
        var offset = 12
        guard frame.byteCount >= 34 else { return (0, 0) }
        var type = frame.bigEndian(UInt16.self, at: offset)
        if type == 0x8100, frame.byteCount >= 38 {
            offset += 4
            type = frame.bigEndian(UInt16.self, at: offset)
        }
        let header = offset + 2
        var input: [UInt8] = []
        func take(_ range: Range<Int>, _ frame: borrowing RawSpan) -> [UInt8] {
            range.upperBound <= frame.byteCount ? range.map { frame[$0] } : []
        }
        if type == 0x0800 {
            input = take(header + 12..<header + 20, frame)
            let protocolNumber = frame[header + 9]
            let isFragment = frame.bigEndian(UInt16.self, at: header + 6) & 0x3FFF != 0
            if protocolNumber == 6 || protocolNumber == 17, !isFragment {
                let ports = header + Int(frame[header] & 15) * 4
                input += take(ports..<ports + 4, frame)
            }
        } else if type == 0x86DD, frame.byteCount >= header + 40 {
            input = take(header + 8..<header + 40, frame)
            if frame[header + 6] == 6 || frame[header + 6] == 17 { input += take(header + 40..<header + 44, frame) }
        } else {
            return (0, 0)
        }
        let hash = hash(input)
        return (hash, Int(table[Int(hash & 127)]))
    }
}

extension Model82599 {
    /// Reads key and table anew. Mode 1 is RSS alone.
    mutating func updateSpreader() {
        guard registers.field(R.MRQC.mode) == 1 else {
            spreader = nil
            return
        }
        func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        let key = (0..<R.RSSRK.count).flatMap { bytes(registers[R.RSSRK.offset($0)]) }
        let table = (0..<R.RETA.count).flatMap { bytes(registers[R.RETA.offset($0)]).map { $0 & 15 } }
        spreader = Spreader(key: key, table: table)
    }
}
