// error: lifetime-dependent variable 'kept' escapes its scope
// Nor can one by way of code that takes packets and views alike.
import Ixy

#if TWIN
func keep(_ packet: borrowing some PacketContents & ~Copyable & ~Escapable, _ kept: inout UInt8) { kept = packet.bytes[0] }
#else
func keep(_ packet: inout some PacketContents & ~Copyable & ~Escapable, _ kept: inout RawSpan) { kept = packet.bytes }
#endif
