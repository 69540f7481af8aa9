import IxyHardware

/// How frames get from a driver's memory into a burst.
extension FrameBurst {
    /// Adds `count` bytes of memory as a frame. False for a DMA fault, or if it is too long.
    mutating func add(_ count: Int, at address: UInt64, through port: inout DMAPort) -> Bool {
        guard port.append(at: address, count: count, to: &store) else { return false }
        store.finish()
        return true
    }

    /// Adds a frame as it is, without padding. False if it is too long.
    mutating func add(_ frame: [UInt8]) -> Bool {
        guard store.extend(by: frame.span.rawBytes) else { return false }
        store.finish()
        return true
    }
}

// Short frames behind their header, as words of eight bytes that overlap.
extension MemoryWindow.Lines {
    /// Writes a header whose last four bytes are `last`, the lowest one first, and the others zero, and behind it the first
    /// `length` bytes of `line`. False if these are not all here.
    @inline(__always)
    func write(_ line: RawSpan, _ length: ShortLength, behind last: UInt32, at address: UInt64) -> Bool {
        let (first, isBeyond) = address.addingReportingOverflow(UInt64(PlainReception.header))
        return !isBeyond && write(0, to: address) && write(UInt64(last) << 32, to: address &+ 4) && write(line, length, to: first)
    }

    /// The line behind a header; nil unless all bytes of the header are zero, and all is here.
    @inline(__always)
    func loadBehindZeros(at address: UInt64) -> Line? {
        let (first, isBeyond) = address.addingReportingOverflow(UInt64(PlainReception.header))
        guard !isBeyond, word(address) == 0, word(address &+ 4) == 0 else { return nil }
        return load(first)
    }
}
