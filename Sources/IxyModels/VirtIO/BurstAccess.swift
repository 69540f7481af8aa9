import IxyHardware

/// How frames get from a driver's memory into a burst.
extension FrameBurst {
    /// Adds `count` bytes of memory to the frame that is being put together. False for a DMA fault.
    mutating func extend(by count: Int, at address: UInt64, through port: inout DMAPort) -> Bool {
        port.append(at: address, count: count, to: &store)
    }

    /// Ends the frame that was put together.
    mutating func finish() { store.finish() }
}
