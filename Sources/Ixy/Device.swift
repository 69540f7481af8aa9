public import BasicContainers
public import IxyHardware

/// A network device, whatever its kind: the door for apps.
///
/// `receive` and `transmit` use its first queue. For several threads take the queues out: each is a value that moves to
/// one thread, and the compiler refuses to share it.
public struct Device: ~Copyable, Sendable {
    /// The address that it was opened by.
    public let address: String
    /// Its control side.
    public var driver: any NetworkDriver & ~Copyable
    /// Its receive queues that have not been taken.
    public var receiveQueues: UniqueArray<ReceiveQueue>
    /// Its transmit queues that have not been taken.
    public var transmitQueues: UniqueArray<TransmitQueue>
    /// Why the device is off, if it lied too often or could not be reset; nil while it runs or is being reset.
    public private(set) var failure: IxyError?
    private let barrier: ResetBarrier
    /// Makes memory reachable for it.
    let mapper: any DMAMapper
    /// The size of the pages of its memory.
    let pages: PageSize
    /// Bytes before each packet that it wants for its own header.
    let headroom: Int
    /// Bytes of a buffer for its longest frame, with the headroom.
    let bufferSize: Int
    /// Whether its packets have room to note what is left to do with them, see `PacketOffload`.
    public let carriesOffloads: Bool
    /// Calls in a row that found nothing.
    private var idleCalls = 0

    /// A device made of a driver's parts. Apps call `open`.
    package init(
        address: String, driver: consuming any NetworkDriver & ~Copyable,
        receiveQueues: consuming UniqueArray<ReceiveQueue>, transmitQueues: consuming UniqueArray<TransmitQueue>,
        mapper: any DMAMapper, pages: PageSize, headroom: Int = 0, bufferSize: Int = 2048, carriesOffloads: Bool = false,
        barrier: ResetBarrier
    ) {
        self.address = address
        self.driver = StoppedAtItsEnd(driver)
        self.receiveQueues = receiveQueues
        self.transmitQueues = transmitQueues
        self.mapper = mapper
        self.pages = pages
        self.headroom = headroom
        self.bufferSize = bufferSize
        self.carriesOffloads = carriesOffloads
        self.barrier = barrier
    }

    /// A pool of at least `capacity` buffers for the device's longest frames, with its headroom, that the device can reach,
    /// for an app that makes packets itself.
    public func makePool(capacity: Int) throws(IxyError) -> PacketPool {
        do {
            return try PacketPool(
                capacity: capacity, bufferSize: bufferSize, headroom: headroom, pages: pages, mapper: mapper,
                companion: carriesOffloads ? OffloadNotes.self : nil)
        } catch {
            throw .hardware(error)
        }
    }

    /// Whether `other` can send what this one receives, and the other way round: both reach the same memory, at the same
    /// addresses.
    public func sharesMemory(with other: borrowing Device) -> Bool { mapper.space == other.mapper.space }

    /// Receives from the first queue. See `PacketReceiver.receive`. A device that lies is reset on the way.
    @discardableResult
    public mutating func receive(into batch: inout PacketBatch) -> Int {
        if barrier.needsAttention { recover() }
        let received = receiveQueues[0].receive(into: &batch)
        if received > 0 {
            idleCalls = 0
        } else {
            idleCalls &+= 1
            // Whether the device is still there costs a look that is too dear for each call.
            if idleCalls & 0xFFFF == 0 { recover() }
        }
        return received
    }

    /// Sends on the first queue. See `PacketTransmitter.transmit`. A device that lies is reset on the way.
    @discardableResult
    public mutating func transmit(_ batch: inout PacketBatch) -> Int {
        if barrier.needsAttention { recover() }
        let sent = transmitQueues[0].transmit(&batch)
        // A ring that stays full may be that of a device that is gone.
        if sent == 0, !batch.isEmpty {
            idleCalls &+= 1
            if idleCalls & 0xFFFF == 0 { recover() }
        }
        return sent
    }

    /// Takes the next step towards a running device, if it has lied or went away. Whoever has taken queues out calls this
    /// every few milliseconds; `receive` and `transmit` do so themselves.
    ///
    /// - Returns: whether the device runs. If it never will again, `failure` says why.
    @discardableResult
    public mutating func recover() -> Bool {
        guard failure == nil else { return false }
        for index in receiveQueues.indices { receiveQueues[index].rejoin() }
        for index in transmitQueues.indices { transmitQueues[index].rejoin() }
        do throws(IxyError) {
            return try driver.recover()
        } catch {
            failure = error
            return false
        }
    }

    /// Takes the last receive queue out of the device, to move it to another thread; nil if there is none left.
    public mutating func takeReceiveQueue() -> ReceiveQueue? {
        receiveQueues.isEmpty ? nil : receiveQueues.removeLast()
    }

    /// Takes the last transmit queue out of the device; nil if there is none left.
    public mutating func takeTransmitQueue() -> TransmitQueue? {
        transmitQueues.isEmpty ? nil : transmitQueues.removeLast()
    }

    /// Stops the device and drops its queues, so that every buffer returns to its pool. No DMA happens afterwards.
    public mutating func stop() throws(IxyError) {
        try driver.stop()
        receiveQueues.removeAll()
        transmitQueues.removeAll()
    }
}

/// A driver that is stopped at the latest when it is dropped, before any of its memory is freed.
///
/// Drivers are generic and do so themselves, but in an `any` type Swift 6.3.1 with optimization destroys the fields of a generic
/// noncopyable type and leaves its `deinit` out: the device would go on with DMA into memory that is somebody else's. This type is not
/// generic.
struct StoppedAtItsEnd: NetworkDriver, ~Copyable {
    private var driver: any NetworkDriver & ~Copyable

    init(_ driver: consuming any NetworkDriver & ~Copyable) { self.driver = driver }

    deinit {
        var driver = driver
        // If it cannot be stopped, it has kept its memory.
        try? driver.stop()
    }

    var name: String { mutating get { driver.name } }
    mutating func macAddress() -> MACAddress { driver.macAddress() }
    mutating func setMACAddress(_ address: MACAddress) throws(IxyError) { try driver.setMACAddress(address) }
    mutating func setPromiscuous(_ isOn: Bool) throws(IxyError) { try driver.setPromiscuous(isOn) }
    mutating func setMulticast(_ groups: [MACAddress]) throws(IxyError) { try driver.setMulticast(groups) }
    mutating func setAllMulticast(_ isOn: Bool) throws(IxyError) { try driver.setAllMulticast(isOn) }
    mutating func link() -> LinkState { driver.link() }
    mutating func statistics() -> DeviceStatistics { driver.statistics() }
    mutating func recover() throws(IxyError) -> Bool { try driver.recover() }
    mutating func stop() throws(IxyError) { try driver.stop() }
}

/// A receive queue of any driver. Those of the usual kinds are called directly, others through an indirect call a batch.
@frozen
public struct ReceiveQueue: PacketReceiver, ~Copyable {
    /// One of these is there.
    @usableFromInline var ixgbe: IXGBE.ReceiveQueue?
    @usableFromInline var split: VirtIO.ReceiveQueue<VirtIO.SplitReceiveRing<VirtIO.LongHeader>>?
    @usableFromInline var packed: VirtIO.ReceiveQueue<VirtIO.PackedReceiveRing>?
    @usableFromInline var other: (any PacketReceiver & ~Copyable)?

    package init(_ queue: consuming some PacketReceiver & ~Copyable) {
        other = consume queue
    }

    package init(_ queue: consuming IXGBE.ReceiveQueue) {
        ixgbe = consume queue
    }

    init(_ queue: consuming VirtIO.ReceiveQueue<VirtIO.SplitReceiveRing<VirtIO.LongHeader>>) {
        split = consume queue
    }

    init(_ queue: consuming VirtIO.ReceiveQueue<VirtIO.PackedReceiveRing>) {
        packed = consume queue
    }

    @inlinable @inline(__always)
    @discardableResult
    public mutating func receive(into batch: inout PacketBatch) -> Int {
        ixgbe?.receive(into: &batch) ?? split?.receiveMany(into: &batch) ?? packed?.receiveMany(into: &batch)
            ?? receiveFromOther(into: &batch)
    }

    @inline(never) @usableFromInline
    mutating func receiveFromOther(into batch: inout PacketBatch) -> Int { other?.receive(into: &batch) ?? 0 }

    public mutating func wait(milliseconds: Int) {
        ixgbe?.wait(milliseconds: milliseconds)
        split?.wait(milliseconds: milliseconds)
        packed?.wait(milliseconds: milliseconds)
        other?.wait(milliseconds: milliseconds)
    }
    @discardableResult
    public mutating func rejoin() -> Bool {
        ixgbe?.rejoin() ?? split?.rejoin() ?? packed?.rejoin() ?? other?.rejoin() ?? false
    }
    public var counters: ReceiveCounters {
        mutating get {
            ixgbe?.counters ?? split?.counters ?? packed?.counters ?? other?.counters ?? ReceiveCounters()
        }
    }

    /// The queue of an 82599; nil if it is of another device.
    consuming func takeIXGBE() -> IXGBE.ReceiveQueue? { ixgbe }
}

/// A transmit queue of any driver. Those of the usual kinds are called directly, others through an indirect call a batch.
@frozen
public struct TransmitQueue: PacketTransmitter, ~Copyable {
    /// One of these is there.
    @usableFromInline var ixgbe: IXGBE.TransmitQueue?
    @usableFromInline var split: VirtIO.TransmitQueue<VirtIO.SplitTransmitRing<VirtIO.LongHeader>>?
    @usableFromInline var packed: VirtIO.TransmitQueue<VirtIO.PackedTransmitRing>?
    @usableFromInline var other: (any PacketTransmitter & ~Copyable)?

    package init(_ queue: consuming some PacketTransmitter & ~Copyable) {
        other = consume queue
    }

    package init(_ queue: consuming IXGBE.TransmitQueue) {
        ixgbe = consume queue
    }

    init(_ queue: consuming VirtIO.TransmitQueue<VirtIO.SplitTransmitRing<VirtIO.LongHeader>>) {
        split = consume queue
    }

    init(_ queue: consuming VirtIO.TransmitQueue<VirtIO.PackedTransmitRing>) {
        packed = consume queue
    }

    @inlinable @inline(__always)
    @discardableResult
    public mutating func transmit(_ batch: inout PacketBatch) -> Int {
        ixgbe?.transmit(&batch) ?? split?.transmitMany(&batch) ?? packed?.transmitMany(&batch) ?? transmitToOther(&batch)
    }

    @inline(never) @usableFromInline
    mutating func transmitToOther(_ batch: inout PacketBatch) -> Int { other?.transmit(&batch) ?? 0 }

    @discardableResult
    public mutating func rejoin() -> Bool {
        ixgbe?.rejoin() ?? split?.rejoin() ?? packed?.rejoin() ?? other?.rejoin() ?? false
    }
    public var inFlight: Int {
        mutating get { ixgbe?.inFlight ?? split?.inFlight ?? packed?.inFlight ?? other?.inFlight ?? 0 }
    }
    public var counters: TransmitCounters {
        mutating get {
            ixgbe?.counters ?? split?.counters ?? packed?.counters ?? other?.counters ?? TransmitCounters()
        }
    }

    /// The queue of an 82599; nil if it is of another device.
    consuming func takeIXGBE() -> IXGBE.TransmitQueue? { ixgbe }
}
