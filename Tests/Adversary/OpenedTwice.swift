// harmless

import Ixy
import IxyModels

/// Two devices on one card, each of which believes that it is alone, are refused.
func openedTwice() throws {
    let card = try ModelNIC(space: IOAddressSpace(), macAddress: MACAddress(2, 0, 0, 0, 0, 1))
    card.attach(source: SequenceSource(count: 100_000), sink: FrameRecorder())
    card.setLossless(true)
    for round in 0..<4 {
        var device = try Device.open(card, address: "first")
        expect(isRefused(card), "two devices drive one card")
        var batch = PacketBatch(capacity: 32)
        for _ in 0..<400 {
            card.step()
            device.receive(into: &batch)
            batch.forEach { packet in packet.fill(with: 3) }
            device.transmit(&batch)
            batch.dropAll()
        }
        if round % 2 == 0 { try device.stop() }
    }
    expect(card.violations.isEmpty, "the card was told of what it cannot do: \(card.violations)")
}
