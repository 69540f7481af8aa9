// refused: type 'Packet' does not conform to protocol 'Copyable'
import Ixy

/// An array could be copied, and its packets with it.
var packets: [Packet] { [] }
