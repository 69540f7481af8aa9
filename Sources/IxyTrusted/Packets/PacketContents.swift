/// The bytes of a packet, whether it is owned (`Packet`) or lent (`PacketView`): for code that treats both alike.
public protocol PacketContents: ~Copyable, ~Escapable {
    /// Number of bytes, without the Ethernet frame check sequence.
    var count: Int { get }
    /// How many bytes the buffer can hold.
    var capacity: Int { get }
    /// Makes the packet `newCount` bytes long. Traps unless that is 0 to `capacity`.
    @_lifetime(self: copy self)
    mutating func resize(to newCount: Int)
    /// The first byte. Unsafe to use, and to provide: `count` bytes there must be the packet's alone as long as it is borrowed.
    @unsafe var address: UnsafeMutableRawPointer { get }
}

extension Packet: PacketContents {}
