// Our vhost-user front-end as a contestant of `virtio-speed`: it does what DPDK's testpmd does in the same mode, in bursts
// of 32 on rings of 256, until it is ended. It counts nothing: the back-end does, for every contestant.
//
//   virtio-end ADDRESS rxonly|txonly|macswap
import Glibc
import Ixy

let burst = 32

/// Takes what comes, and drops it.
func receive(_ device: inout Device) -> Never {
    var batch = PacketBatch(capacity: burst)
    while true {
        device.receive(into: &batch)
        batch.dropAll()
    }
}

/// Makes 64-byte frames, and drops those that the ring has no room for, as testpmd does.
func transmit(_ device: inout Device) throws -> Never {
    let pool = try device.makePool(capacity: 8192)
    var batch = PacketBatch(capacity: burst)
    while true {
        pool.fill(&batch, count: 64)
        batch.forEach { packet in write(&packet) }
        device.transmit(&batch)
        batch.dropAll()
    }
}

/// The headers of an Ethernet, IPv4 and UDP frame, as testpmd writes them anew for each packet.
@inline(__always)
func write(_ packet: inout Packet) {
    guard packet.count >= 42 else { return }
    packet.storeBigEndian(0x0200_0000_0002_0200 as UInt64, at: 0)
    packet.storeBigEndian(0x0000_0001_0800_4500 as UInt64, at: 8)
    packet.storeBigEndian(0x0032_0000_0000_4011 as UInt64, at: 16)
    packet.storeBigEndian(0x66A9_C612_0001_C612 as UInt64, at: 24)
    packet.storeBigEndian(0x0002_0009_0009_001E as UInt64, at: 32)
    packet.storeBigEndian(0 as UInt16, at: 40)
}

/// Sends all that comes back to where it came from.
func swap(_ device: inout Device) -> Never {
    var batch = PacketBatch(capacity: burst)
    while true {
        device.receive(into: &batch)
        batch.forEach { packet in swapAddresses(&packet) }
        device.transmit(&batch)
        batch.dropAll()
    }
}

@inline(__always)
func swapAddresses(_ packet: inout Packet) {
    guard packet.count >= 12 else { return }
    let (target, targetEnd) = (packet.bigEndian(UInt32.self, at: 0), packet.bigEndian(UInt16.self, at: 4))
    let (source, sourceEnd) = (packet.bigEndian(UInt32.self, at: 6), packet.bigEndian(UInt16.self, at: 10))
    packet.storeBigEndian(source, at: 0)
    packet.storeBigEndian(sourceEnd, at: 4)
    packet.storeBigEndian(target, at: 6)
    packet.storeBigEndian(targetEnd, at: 10)
}

guard CommandLine.arguments.count == 3, ["rxonly", "txonly", "macswap"].contains(CommandLine.arguments[2]) else {
    print("usage: virtio-end ADDRESS rxonly|txonly|macswap")
    exit(2)
}
var settings = DeviceSettings()
settings.receiveRing = 256
settings.transmitRing = 256
try CPUAffinity.pin(to: 0)
var device = try Device.open(
    VhostUserSettings(parsing: CommandLine.arguments[1]), mapper: SharedMemoryMapper(), settings: settings)
switch CommandLine.arguments[2] {
case "rxonly": receive(&device)
case "txonly": try transmit(&device)
default: swap(&device)
}
