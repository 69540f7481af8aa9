import Foundation
import Ixy
import IxyHardware
import Synchronization
import TestSupport

/// A vhost-user back-end that answers what it likes, passes files that nobody wants, and fills the counters that it gets.
struct FrontEndRound: ~Copyable {
    private var chance: Chance
    private let path: String

    init(seed: UInt64) {
        chance = Chance(seed: seed)
        path = NSTemporaryDirectory() + "/ixy-fuzz-\(getpid()).sock"
    }

    consuming func run(_ tally: inout Tally) throws {
        let answers = HostileBackEnd(try UnixListener.bind(path), seed: chance.next())
        defer { answers.stop() }
        let mapper = SharedMemoryMapper()
        var settings = VhostUserSettings(path: path)
        settings.queues = chance.number(1...2)
        settings.isPacked = chance.once(in: 2)
        do {
            let memory = try DMAMemory(count: 1 << 16, pages: .small, mapper: mapper)
            if var transport = try? VhostUserTransport.open(settings, mapper: mapper) {
                for _ in 0..<chance.number(1...30) {
                    tally.words += 1
                    act(&transport, memory)
                    guard transport.isPresent() else { break }
                }
            }
            try check(memory.memory.count == 1 << 16, "memory has changed its size")
        }
        try check(mapper.mappedCount == 0, "\(mapper.mappedCount) pieces of memory are kept")
        tally.moved += answers.messages
    }

    private mutating func act(_ transport: inout VhostUserTransport, _ memory: DMAMemory) {
        let queue = chance.number(0...4)
        switch chance.number(0...11) {
        case 0: _ = try? transport.reset()
        case 1: _ = try? transport.status()
        case 2: _ = try? transport.add(chance.one(of: [.acknowledge, .driver, .featuresOK, .driverOK]))
        case 3: _ = try? transport.offeredFeatures()
        case 4: if let offered = try? transport.offeredFeatures() { _ = try? transport.accept(offered) }
        case 5: _ = try? transport.configuration(at: chance.number(-1...300), count: chance.number(-1...300))
        case 6: _ = try? transport.largestQueue(queue)
        case 7...8:
            let place = memory.pageAddresses[queue * 3]
            _ = try? transport.configure(
                queue, VirtIO.QueueLayout(size: 64, descriptors: place, driverArea: place + 4096, deviceArea: place + 8192).addresses)
        case 9: if let notifier = try? transport.notifier(queue) { notifier.notify() }
        case 10: if let file = try? transport.interrupt(queue) { EventFile(adopting: file).take() }
        default: _ = try? transport.reconnect()
        }
    }
}

/// The other end, in a thread of its own. Its answers depend on its seed and on the requests.
private final class HostileBackEnd: Sendable {
    private let shouldStop = Atomic<Bool>(false)
    private let hasStopped = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    init(_ listener: consuming UnixListener, seed: UInt64) {
        let listener = Mutex<UnixListener?>(consume listener)
        Thread { [self] in
            if let listener = listener.withLock({ $0.take() }) { try? serve(listener, Chance(seed: seed)) }
            hasStopped.store(true, ordering: .releasing)
        }.start()
    }

    var messages: Int { count.load(ordering: .relaxed) }

    func stop() {
        shouldStop.store(true, ordering: .releasing)
        while !hasStopped.load(ordering: .acquiring) { usleep(200) }
    }

    private func serve(_ listener: borrowing UnixListener, _ seeded: Chance) throws {
        var chance = seeded
        let files = try PassedFile()
        while !shouldStop.load(ordering: .acquiring) {
            guard let socket = try listener.accept(before: Deadline(milliseconds: 20)) else { continue }
            while !shouldStop.load(ordering: .acquiring), (try? answer(socket, files, &chance)) ?? false {}
        }
    }

    /// Answers a message, if there is one. False to hang up.
    private func answer(
        _ socket: borrowing UnixSocket, _ files: borrowing PassedFile, _ chance: inout Chance
    ) throws -> Bool {
        guard try socket.waitReadable(before: Deadline(milliseconds: 20)) else { return true }
        var passed = PassedFiles()
        let header = try socket.receive(count: 12, files: &passed, before: Deadline(milliseconds: 1000))
        func word(_ bytes: [UInt8], _ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) } }
        let code = word(header, 0), size = word(header, 8)
        let payload = size > 0 ? try socket.receive(count: size, files: &passed, before: Deadline(milliseconds: 1000)) : []
        count.wrappingAdd(1, ordering: .relaxed)
        while let file = passed.takeFirst() {
            if code == 12 || code == 13, chance.once(in: 2) { PassedFile.fill(EventFile(adopting: file)) }
        }
        let hasReply = [1, 15, 17, 11, 24, 40].contains(code)
        guard hasReply || word(header, 4) & 8 != 0 else { return !chance.once(in: 100) }
        let value: UInt64 = switch code {
        case 1: 0x1D_7C66_E7CB | 1 << 30
        case 15: 0x10209
        case 17: UInt64(chance.one(of: [2, 1, 128, 129, 0]))
        case 40: 15
        default: 0
        }
        var reply = code == 24 ? payload : code == 11 ? Array(payload.prefix(8)) : little(value)
        if chance.once(in: 20) { reply = chance.once(in: 2) ? little(chance.edge()) : [] }
        var bytes = little(UInt64(code), 4) + little(5, 4) + little(UInt64(reply.count), 4) + reply
        if chance.once(in: 40) { bytes[chance.number(0...bytes.count - 1)] = UInt8(truncatingIfNeeded: chance.next()) }
        let isCut = chance.once(in: 100)
        if isCut { bytes = Array(bytes.prefix(chance.number(1...bytes.count))) }
        let numbers: [CInt] = chance.once(in: 60) ? [files.number(chance.once(in: 2), &chance)] : []
        try socket.send(bytes, files: numbers, before: Deadline(milliseconds: 1000))
        // The front-end would wait for bytes that do not come in time.
        return !isCut && bytes.count == 12 + word(bytes, 8) && !chance.once(in: 200)
    }
}
