/// The bytes of a packet, whether it is owned (`Packet`) or lent (`PacketView`): for code that treats both alike.
public protocol PacketContents: ~Copyable, ~Escapable {
    /// Number of bytes, without the Ethernet frame check sequence.
    var count: Int { get }
    /// How many bytes the buffer can hold.
    var capacity: Int { get }
    /// Makes the packet `newCount` bytes long. Traps unless that is 0 to `capacity`.
    @_lifetime(self: copy self)
    mutating func resize(to newCount: Int)
    /// The packet's bytes, to read.
    var bytes: RawSpan { @_lifetime(borrow self) get }
    /// The byte at `offset`; traps outside `0 ..< count`.
    subscript(offset: Int) -> UInt8 { get @_lifetime(self: copy self) set }
    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @_lifetime(self: copy self)
    mutating func storeBigEndian(_ value: UInt16, at offset: Int)
    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @_lifetime(self: copy self)
    mutating func storeBigEndian(_ value: UInt32, at offset: Int)
    /// Stores `value` with its most significant byte at `offset`; traps unless it lies inside.
    @_lifetime(self: copy self)
    mutating func storeBigEndian(_ value: UInt64, at offset: Int)
}

extension Packet: PacketContents {}
extension PacketView: PacketContents {}

extension PacketContents where Self: ~Copyable & ~Escapable {
    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt16.Type, at offset: Int) -> UInt16 { bytes.bigEndian(UInt16.self, at: offset) }
    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt32.Type, at offset: Int) -> UInt32 { bytes.bigEndian(UInt32.self, at: offset) }
    /// The number whose most significant byte is at `offset`; traps unless it lies inside.
    @inlinable
    public func bigEndian(_: UInt64.Type, at offset: Int) -> UInt64 { bytes.bigEndian(UInt64.self, at: offset) }
}
