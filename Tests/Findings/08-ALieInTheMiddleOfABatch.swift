// crashes: A VirtIO device whose lie stands in the middle of a batch makes its driver release more packets than it has lent.
import Ixy
import IxyHardware
import IxyModels

func aLieInTheMiddleOfABatch() throws {
    let space = IOAddressSpace()
    var arena = DMAArena(try DMAMemory(count: 16384, pages: .small, mapper: space))
    var pool = try PacketPool(capacity: 32, headroom: 32, pages: .small, mapper: space)
    var ring = VirtIO.SplitTransmitRing<VirtIO.LongHeader>(
        try SplitRing(count: 16, in: &arena), zeros: 0, isInOrder: false, usesEvents: false)
    var lent = LentBuffers(count: 16, mapper: space)
    var port = DMAPort(space)
    let used = ring.layout.deviceArea
    func use(_ ids: ClosedRange<UInt32>, from first: UInt32, _ index: UInt16, _ port: inout DMAPort) {
        for id in ids { _ = port.store32(id, at: used + 4 + UInt64(first + id - ids.lowerBound) * 8) }
        _ = port.store16(index, at: used + 2)
    }
    ring.clear()
    var batch = PacketBatch(capacity: 10)
    pool.fill(&batch, count: 60)
    let sent = ring.send(&batch, &lent)
    ring.finish()
    use(0...0, from: 0, 0, &port)
    use(200...200, from: 1, 2, &port)
    let lie = ring.takeBack(into: &lent)
    use(1...2, from: 0, 2, &port)
    let after = ring.takeBack(into: &lent)
    print("\(sent.packets) packets sent; the lie: \(lie ?? -1); and then \(after ?? -1)")
    use(3...10, from: 2, 10, &port)
    _ = ring.takeBack(into: &lent)
}
