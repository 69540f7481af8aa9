import Ixy
import IxyHardware
import TestSupport

@testable import IxyModels

/// A driver's end of a queue in either layout.
protocol HandMadeRing: AnyObject {
    var layout: VirtIO.QueueLayout { get }
    /// Makes a buffer available. Returns what the device will call it.
    func give(_ elements: [HandMadePackedRing.Element]) -> Int
    /// The id and length of each buffer that was used since the last call.
    func takeUsed() -> [[Int]]
}

extension HandMadeSplitRing: HandMadeRing {
    func give(_ elements: [HandMadePackedRing.Element]) -> Int {
        let head = nextDescriptor
        for (number, element) in elements.enumerated() {
            let isLast = number == elements.count - 1
            nextDescriptor = (nextDescriptor + 1) % size
            describe(
                (head + number) % size, element.address, element.count, element.flags | (isLast ? 0 : 1),
                next: isLast ? 0 : nextDescriptor)
        }
        offer(head)
        return head
    }

    func takeUsed() -> [[Int]] {
        var found: [[Int]] = []
        while seenUsed != usedIndex {
            found.append(used(Int(seenUsed)).map { Int($0) })
            seenUsed &+= 1
        }
        return found
    }
}

extension HandMadePackedRing: HandMadeRing {
    func give(_ elements: [Element]) -> Int {
        let id = nextID
        nextID = (nextID + 1) % size
        slots[id] = elements.count
        offer(elements, id: UInt16(id))
        return id
    }

    func takeUsed() -> [[Int]] {
        var found: [[Int]] = []
        while true {
            let descriptor = descriptor(usedSlot)
            guard descriptor[2] & 0x8080 == (usedWrap ? 0x8080 : 0) else { return found }
            found.append([descriptor[1], descriptor[0]])
            usedSlot += slots[descriptor[1]] ?? 1
            if usedSlot >= size {
                usedSlot -= size
                usedWrap.toggle()
            }
        }
    }
}

/// A driver that does as little as a test needs, to a device of which it knows nothing but its transport.
final class HandMadeDriver {
    typealias Element = HandMadePackedRing.Element

    let memory: HandMadeMemory
    let device: ModelVirtIO
    var transport: ModelTransport
    let features: VirtIO.Features
    private(set) var rings: [Int: any HandMadeRing] = [:]
    private let queues: [Int]
    let sink = FrameRecorder()

    /// - Parameter features: what to negotiate, and what the device offers if `options` say nothing of it.
    init(
        _ features: VirtIO.Features = .version1, offered: VirtIO.Features? = nil, queues: [Int] = [0, 1],
        _ change: (inout ModelVirtIO.Options) -> Void = { _ in }
    ) throws {
        memory = try HandMadeMemory()
        var options = ModelVirtIO.Options()
        options.features = offered ?? features
        change(&options)
        device = try ModelVirtIO(space: memory.space, options)
        device.attach(sink: sink)
        transport = ModelTransport(device)
        self.features = features
        self.queues = queues
        makeRings()
    }

    /// Makes all rings anew, in memory of zeros.
    private func makeRings() {
        memory.put([UInt8](repeating: 0, count: 0x4000 * queues.count), memory.base)
        for (place, index) in queues.enumerated() {
            let size = device.options.isLegacy ? device.options.queueSize : 8
            rings[index] = features.contains(.packedRing)
                ? HandMadePackedRing(memory, size: size, place: place)
                : HandMadeSplitRing(memory, size: size, place: place)
        }
    }

    /// Brings the device up.
    func start() throws {
        try transport.reset()
        try transport.add(.acknowledge)
        try transport.add(.driver)
        try transport.accept(features)
        if !device.options.isLegacy { try transport.add(.featuresOK) }
        try configure()
        try transport.add(.driverOK)
    }

    /// Begins anew.
    func restart() throws {
        makeRings()
        try start()
    }

    /// Sets up all queues, with rings that the device has not used.
    func configure() throws {
        for (index, ring) in rings.sorted(by: { $0.key < $1.key }) {
            memory.put32(0, ring.layout.deviceArea)
            try transport.configure(index, ring.layout.addresses)
        }
    }

    static func started(
        _ features: VirtIO.Features = .version1, offered: VirtIO.Features? = nil, queues: [Int] = [0, 1],
        _ change: (inout ModelVirtIO.Options) -> Void = { _ in }
    ) throws -> HandMadeDriver {
        let driver = try HandMadeDriver(features, offered: offered, queues: queues, change)
        try driver.start()
        return driver
    }

    var headerSize: Int { features.isDisjoint(with: [.version1, .mergeableBuffers]) ? 10 : 12 }

    /// Gives a buffer to receive into: bytes of `buffer` from its start on.
    @discardableResult
    func arm(_ buffer: Int, _ count: Int = 2048, queue: Int = 0) -> Int {
        rings[queue]!.give([Element(address: memory.buffer(buffer), count: count, flags: 2)])
    }

    /// Gives a frame with `header` before it to be sent.
    @discardableResult
    func send(_ frame: [UInt8], buffer: Int = 8, header: [UInt8]? = nil, queue: Int = 1) -> Int {
        let header = header ?? [UInt8](repeating: 0, count: headerSize)
        memory.put(header + frame, memory.buffer(buffer))
        return rings[queue]!.give([Element(address: memory.buffer(buffer), count: header.count + frame.count)])
    }

    /// Sends a command, and lets the device answer it. Returns the answer; nil without one.
    func command(_ group: UInt8, _ number: UInt8, _ data: [UInt8], queue: Int = 2) -> UInt8? {
        memory.put([group, number] + data + [0xFF], memory.buffer(15))
        _ = rings[queue]!.give([
            Element(address: memory.buffer(15), count: 2 + data.count),
            Element(address: memory.buffer(15) + UInt64(2 + data.count), count: 1, flags: 2),
        ])
        device.step()
        let used = rings[queue]!.takeUsed()
        return used.count == 1 ? memory.bytes(memory.buffer(15) + UInt64(2 + data.count), 1)[0] : nil
    }

    /// The bytes received into a buffer.
    func received(_ buffer: Int, _ count: Int) -> [UInt8] { memory.bytes(memory.buffer(buffer), count) }

    var violations: [String] { device.violations.map(\.description) }
}

/// A frame of `count` bytes.
func testFrame(
    to destination: [UInt8] = [2, 0, 0, 0, 0, 1], count: Int = 60, fill: UInt8 = 7
) -> [UInt8] {
    let header: [UInt8] = destination + [2, 0, 0, 0, 0, 9, 0x88, 0xB5]
    return header + (0..<count - header.count).map { fill &+ UInt8(truncatingIfNeeded: $0) }
}
