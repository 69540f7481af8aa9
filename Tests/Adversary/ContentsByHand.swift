// refused: expression uses unsafe constructs
import Ixy
import IxyHardware

/// A packet that says that it is longer than it is.
struct Longer: ~Copyable, PacketContents {
    var packet: Packet
    var count: Int { 1 << 20 }
    var capacity: Int { 1 << 20 }
    var address: UnsafeMutableRawPointer { packet.address }
    mutating func resize(to newCount: Int) {}
}
