// refused: lifetime-dependent
import Ixy

/// A span for ever.
nonisolated(unsafe) var kept: RawSpan? = nil

func keep(_ packet: borrowing Packet) { unsafe kept = packet.bytes }
