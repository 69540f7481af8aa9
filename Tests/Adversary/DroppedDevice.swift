// harmless

import Glibc
import Ixy
import IxyModels

/// A device is dropped without `stop`: no DMA may happen afterwards.
func droppedDevice() throws {
    for way in 0..<4 {
        let space = IOAddressSpace()
        let card = try ModelNIC(space: space, macAddress: MACAddress(2, 0, 0, 0, 0, 1))
        card.attach(source: SequenceSource(count: 10_000_000), sink: FrameRecorder())
        try drop(way) { try Device.open(card, address: "card") }
        let mapped = space.mappedCount
        for _ in 0..<1000 { card.step() }
        expect(card.violations.isEmpty, "way \(way), mapped \(mapped): \(card.violations)")
    }
    for way in 0..<4 {
        let space = IOAddressSpace()
        var options = ModelVirtIO.Options()
        options.features.remove(.controlQueue)
        options.features.remove(.controlReceive)
        options.features.remove(.controlMACAddress)
        options.features.remove(.multiqueue)
        let model = try ModelVirtIO(space: space, options)
        model.attach(source: SequenceSource(count: 10_000_000), sink: FrameRecorder())
        try drop(way) { try Device.open(model, address: "virtio") }
        let mapped = space.mappedCount
        for _ in 0..<1000 { model.step() }
        expect(model.violationCount == 0, "way \(way), mapped \(mapped): \(model.violations)")
    }
}

private final class Box { var device: Device? }

private func drop(_ way: Int, _ open: () throws -> Device) throws {
    switch way {
    case 0:
        var device = try open()
        var batch = PacketBatch(capacity: 4)
        device.receive(into: &batch)
    case 1:
        let device = try open()
        _ = consume device
    case 2:
        let box = Box()
        do {
            let fresh = try open()
            box.device = consume fresh
        }
        box.device = nil
    default:
        var device: Device? = try open()
        device = nil
        _ = consume device
    }
}
