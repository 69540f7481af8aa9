// error: lifetime-dependent value escapes its scope
// A span cannot be returned from the function that owns the packet.
import Ixy

#if TWIN
@_lifetime(borrow packet)
func header(_ packet: borrowing Packet) -> RawSpan { packet.bytes }
#else
@_lifetime(immortal)
func header(_ packet: consuming Packet) -> RawSpan { packet.bytes }
#endif
