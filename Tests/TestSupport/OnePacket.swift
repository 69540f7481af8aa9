public import IxyHardware

/// A packet with these bytes; ends the test if there is no memory for one.
public func makePacket(_ bytes: [UInt8]) -> Packet {
    guard let pool = try? PacketPool(capacity: 1, bufferSize: 4096, pages: .small, mapper: SharedMemoryMapper()),
        var packet = pool.makePacket(count: bytes.count)
    else { preconditionFailure("no memory for a packet") }
    packet.copy(bytes.span.rawBytes)
    return packet
}

extension Packet {
    /// Its bytes, copied.
    public var array: [UInt8] { (0..<count).map { self[$0] } }
}
