// For tests that are a driver of their own: addresses that no ring has given.
extension RingAddress {
    /// Unsafe: the device will believe descriptors at this address.
    @unsafe
    package init(unchecked value: UInt64) { self.init(value: value, byteCount: 0, bufferSize: 0) }
}

extension WordAddress {
    /// Unsafe: the device will write there.
    @unsafe
    package init(unchecked value: UInt64) { self.init(value: value) }
}
