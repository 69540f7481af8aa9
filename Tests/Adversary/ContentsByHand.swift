// refused: unsafe
import Ixy

/// A packet of one's own, whose bytes are another packet's.
struct Twin: PacketContents, ~Copyable {
    var packet: Packet
    let count = 60_000
    let capacity = 60_000
    mutating func resize(to _: Int) {}
    var address: UnsafeMutableRawPointer { packet.address }
}

func read(_ packet: consuming Packet) -> UInt8 { Twin(packet: packet)[50_000] }
