import Ixy
import IxyHardware
import IxyModels
import Testing

@Suite struct StartUpTests {
    @Test(arguments: [1, 2, 4, 16, 64])
    func startsWithoutAViolationWithAnyNumberOfQueues(queues: Int) throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(queues: queues))
        #expect(pair.left.violations == [])
        let count = device.receiveQueues.count
        #expect(count == queues)
        try device.stop()
        #expect(pair.left.violations == [])
    }

    @Test(arguments: [64, 128, 256, 512, 1024, 2048, 4096])
    func startsWithoutAViolationWithAnyRing(ring: Int) throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings(ring: ring))
        try device.stop()
        #expect(pair.left.violations == [])
    }

    @Test(arguments: [0, 1, 63, 65, 100, 8192])
    func refusesARingThatIsNoPowerOfTwo(ring: Int) throws {
        let pair = try ModelPair()
        let error = try #require(throws: IxyError.self) {
            _ = try Device.open(pair.left, address: "left", settings: settings(ring: ring))
        }
        #expect(error.description.contains("power of two"))
        #expect(pair.left.registerReads == 0, "nothing is touched before the settings are checked")
    }

    @Test(arguments: [0, 65])
    func refusesTooManyQueues(queues: Int) throws {
        let pair = try ModelPair()
        #expect(throws: IxyError.self) {
            _ = try Device.open(pair.left, address: "left", settings: settings(queues: queues))
        }
    }

    @Test func knowsItsAddressAndChangesIt() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let address = device.driver.macAddress()
        #expect(address == MACAddress(2, 0, 0, 0, 0, 1))
        try device.driver.setMACAddress(MACAddress(2, 0xAB, 3, 4, 5, 0xFE))
        let changed = device.driver.macAddress()
        #expect(changed.description == "02:ab:03:04:05:fe")
        #expect(throws: IxyError.self) { try device.driver.setMACAddress(MACAddress(1, 0, 0, 0, 0, 0)) }
        try device.stop()
        #expect(pair.left.violations == [])
    }

    @Test func seesTheLinkComeAndGo() throws {
        let pair = try ModelPair()
        var device = try Device.open(pair.left, address: "left", settings: settings())
        for _ in 0..<300 { pair.step() }
        let up = device.driver.link()
        #expect(up == LinkState(isUp: true, speed: 10_000))
        pair.left.setConnected(false)
        let down = device.driver.link()
        #expect(down == LinkState(isUp: false, speed: 0))
        try device.stop()
    }

    @Test func doesNoDMAAfterItIsStopped() throws {
        let pair = try ModelPair()
        let source = SequenceSource(count: 1000)
        pair.left.attach(source: source)
        var device = try Device.open(pair.left, address: "left", settings: settings())
        pair.waitForLink()
        let taken = source.taken
        #expect(taken > 0)
        try device.stop()
        for _ in 0..<50 { pair.step() }
        #expect(source.taken == taken)
        #expect(pair.left.violations == [])
    }

    @Test func aDroppedDeviceIsStoppedToo() throws {
        let pair = try ModelPair()
        let source = SequenceSource(count: 1000)
        pair.left.attach(source: source)
        do {
            let device = try Device.open(pair.left, address: "left", settings: settings())
            pair.waitForLink()
            _ = consume device
        }
        let taken = source.taken
        #expect(taken > 0)
        for _ in 0..<50 { pair.step() }
        #expect(source.taken == taken)
        #expect(pair.left.violations == [], "in particular no DMA to memory that is gone")
    }

    @Test func takesOverAPortThatAnotherDriverLeftRunning() throws {
        let pair = try ModelPair()
        let source = SequenceSource(count: .max)
        pair.left.attach(source: source)
        // A driver that died: its queues run, and nobody stops them.
        var abandoned: Device? = try IXGBE.start(
            ModelRegisters(pair.left), name: "abandoned", address: "left", settings: settings(queues: 4), mapper: pair.left.space,
            needsHugePages: false)
        for _ in 0..<5 { pair.step() }
        #expect(source.taken > 0)
        var device = try Device.open(pair.left, address: "left", settings: settings())
        let registers = ModelRegisters(pair.left)
        let running = (0..<4).map { registers.read(IXGBERegisters.RXDCTL.self, at: $0).isSet(IXGBERegisters.RXDCTL.enable) }
        #expect(running == [true, false, false, false])
        #expect(pair.left.violations == [])
        try device.stop()
        try abandoned?.stop()
        abandoned = nil
        #expect(pair.left.violations == [])
    }
}
