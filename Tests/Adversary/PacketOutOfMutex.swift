// refused: missing reinitialization of inout parameter 'packet' after consume
import Ixy
import Synchronization

final class Box: Sendable {
    let packet: Mutex<Packet>
    init(_ packet: consuming sending Packet) { self.packet = Mutex(packet) }

    /// Takes the packet out, and leaves it there.
    func steal() -> Packet {
        packet.withLock { packet in packet }
    }
}
