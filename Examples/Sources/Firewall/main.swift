// Lets packets pass from a port of an Intel 82599 (outside) to another one (inside), but none to a blocked UDP or TCP port;
// what comes from inside passes freely.
//
//   swift run Firewall 23 0000:03:00.0 0000:03:00.1     two cards; blocks telnet
//   swift run Firewall 23                               two modelled cards, 100,000 frames to ports 0 to 99
import Glibc
import Ixy
import IxyModels

/// Drops IPv4 packets to one port.
struct Firewall: PacketProcessor {
    let blocked: UInt16
    var drops = 0

    mutating func process(_ packet: inout PacketView) -> Verdict {
        guard destinationPort(packet.bytes) == blocked else { return .send }
        drops += 1
        return .drop
    }

    /// Whatever the lengths in the packet say, no byte behind its end can be read: that traps, so they are looked at first.
    private func destinationPort(_ bytes: RawSpan) -> UInt16? {
        // IPv4, TCP or UDP, not a later fragment, which has no ports.
        guard bytes.byteCount >= 34, bytes.bigEndian(UInt16.self, at: 12) == 0x0800, [6, 17].contains(bytes[23]),
            bytes.bigEndian(UInt16.self, at: 20) & 0x1FFF == 0
        else { return nil }
        let ports = 14 + Int(bytes[14] & 15) * 4
        return bytes.byteCount >= ports + 4 ? bytes.bigEndian(UInt16.self, at: ports + 2) : nil
    }
}

/// Between two cards, until one of them fails for good.
func run(_ firewall: Firewall, outside outsideAddress: String, inside insideAddress: String) throws {
    var firewall = firewall
    var outside = try Device.open(outsideAddress)
    var inside = try Device.open(insideAddress)
    var inward = try Pipeline(from: &outside, to: &inside)
    var outward = try Pipeline(from: &inside, to: &outside)
    while true {
        for _ in 0..<10_000 {
            inward.run(&firewall)
            outward.run { _ in .send }
        }
        // A card that lied or went away is brought back, one step at a time.
        outside.recover()
        inside.recover()
        if let failure = outside.failure ?? inside.failure { throw failure }
    }
}

/// Between two modelled cards.
func demonstrate(_ firewall: Firewall) throws {
    var firewall = firewall
    let space = IOAddressSpace()
    let outsideCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    let insideCard = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 2))
    let recorder = FrameRecorder()
    outsideCard.attach(source: FrameList((0..<100).map(packet(toPort:)), rounds: 1000))
    outsideCard.setLossless(true)
    insideCard.attach(sink: recorder)
    var outside = try Device.open(outsideCard, address: "outside")
    var inside = try Device.open(insideCard, address: "inside")
    var inward = try Pipeline(from: &outside, to: &inside)
    while inward.received.packets < 100_000 || inward.inFlight() > 0 {
        outsideCard.step()
        inward.run(&firewall)
        inward.reclaim()
        insideCard.step()
    }
    try outside.stop()
    try inside.stop()
    print("\(recorder.frames.count) frames passed, \(firewall.drops) were dropped")
}

/// A UDP packet.
func packet(toPort port: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 60)
    bytes.replaceSubrange(0..<14, with: [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0])
    bytes.replaceSubrange(14..<24, with: [0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17])
    bytes.replaceSubrange(34..<38, with: [4, 0, 0, UInt8(port)])
    return bytes
}

let arguments = CommandLine.arguments
guard arguments.count == 2 || arguments.count == 4, let blocked = UInt16(arguments[1]) else {
    print("usage: Firewall PORT [OUTSIDE-CARD INSIDE-CARD]")
    exit(2)
}
if arguments.count == 4 {
    try run(Firewall(blocked: blocked), outside: arguments[2], inside: arguments[3])
} else {
    try demonstrate(Firewall(blocked: blocked))
}
