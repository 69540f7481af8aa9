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
