// harmless

import Ixy
import IxyModels

/// A queue of a device that has stopped would ring the bell of the one that is opened on the same card afterwards: the card would take
/// what it has written into descriptors for addresses, or read packets that have left the ring. The card is kept as long as the queue.
func queueOfFormerDevice() throws {
    let space = IOAddressSpace()
    let card = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    card.attach(source: SequenceSource(count: 100_000), sink: FrameRecorder())
    card.setLossless(true)
    var input: ReceiveQueue?, output: TransmitQueue?
    do {
        var device = try Device.open(card, address: "former")
        input = device.takeReceiveQueue()
        output = device.takeTransmitQueue()
        for _ in 0..<400 { card.step() }
        try device.stop()
    }
    var batch = PacketBatch(capacity: 32)
    for _ in 0..<2 {
        expect(isRefused(card), "a card is driven while a former queue rings its bells")
        _ = input?.receive(into: &batch)
        _ = output?.transmit(&batch)
        for _ in 0..<20 { card.step() }
        if output != nil { output = nil } else { input = nil }
    }
    var device = try Device.open(card, address: "present")
    for _ in 0..<400 {
        card.step()
        device.receive(into: &batch)
        batch.forEach { packet in packet.fill(with: 2) }
        device.transmit(&batch)
        batch.dropAll()
    }
    // Bells that are rung while the card is stopped are complained of, and do nothing.
    expect(!card.violations.contains { $0.text.contains("outside of mapped") }, "a card was sent to other memory: \(card.violations)")
}
