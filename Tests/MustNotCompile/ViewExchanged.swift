// error: lifetime-dependent variable 'first' escapes its scope
// error: lifetime-dependent variable 'second' escapes its scope
// Two views cannot change places: one would outlive its packet.
import Ixy

#if TWIN
func exchange(_ first: inout PacketView, _ second: inout PacketView) {
    (first[0], second[0]) = (second[0], first[0])
}
#else
func exchange(_ first: inout PacketView, _ second: inout PacketView) {
    let other = consume first
    first = consume second
    second = other
}
#endif
