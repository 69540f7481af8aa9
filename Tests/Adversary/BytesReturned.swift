// refused: lifetime-dependent
import Ixy

/// The span outlives the packet, which ends here.
@_lifetime(immortal)
func bytes(_ packet: consuming Packet) -> RawSpan { packet.bytes }
