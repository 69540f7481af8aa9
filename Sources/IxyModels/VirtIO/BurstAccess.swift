import IxyHardware

/// How frames get from a driver's memory into a burst and back.
extension FrameBurst {
    /// The bytes of frame `index`.
    @_lifetime(borrow self)
    func frame(_ index: Int) -> RawSpan { storage.extracting(range(index)) }

    /// Adds `count` bytes of memory to the frame that is being put together. False for a DMA fault.
    mutating func extend(by count: Int, at address: UInt64, through port: inout DMAPort) -> Bool {
        port.append(at: address, count: count, to: &bytes)
    }

    /// Ends the frame that was put together.
    mutating func finish() { endFrame(minimum: 0) }

    /// Adds a frame as it is.
    mutating func add(_ frame: [UInt8]) {
        bytes.append(contentsOf: frame)
        finish()
    }
}
