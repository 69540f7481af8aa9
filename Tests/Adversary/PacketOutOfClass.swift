// refused: cannot consume noncopyable stored property 'self.packet' of a class
import Ixy

final class Box {
    let packet: Packet
    init(_ packet: consuming Packet) { self.packet = packet }

    /// Each reader takes the packet.
    func steal() -> Packet { packet }
}
