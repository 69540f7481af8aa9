// error: 'packet' is borrowed and cannot be consumed
// A packet that was only lent cannot be kept.
import Ixy

#if TWIN
func keep(_ packet: consuming Packet) -> Packet { packet }
#else
func keep(_ packet: borrowing Packet) -> Packet { packet }
#endif
