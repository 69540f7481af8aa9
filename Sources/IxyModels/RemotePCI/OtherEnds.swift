import IxyCapture
import IxyHardware
import Synchronization

/// The other ends of the cables of a virtual machine's cards.
final class OtherEnds {
    private var wires: [String: (there: Wire, back: Wire)] = [:]
    private var sources: [CaptureSource] = []
    private var sinks: [CaptureSink] = []
    /// The files to wait for.
    private(set) var files: [CInt] = []
    private var unnamed = 0
    /// The frames that each card has sent.
    private var counters: [FrameCounter] = []

    /// How many frames a card has sent.
    func sent(_ card: Int) -> Int { counters[card].count }

    private func attach(_ card: RemoteNIC, source: (any FrameSource)?, sink: (any FrameSink)?) {
        let counter = FrameCounter(sink)
        counters.append(counter)
        card.nic.attach(source: source, sink: counter)
    }

    /// Plugs a card in.
    func connect(_ card: RemoteNIC, _ plan: CardPlan) throws {
        switch plan.end ?? nextWire() {
        case .wire(let name):
            if let wire = wires.removeValue(forKey: name) {
                attach(card, source: wire.there, sink: wire.back)
            } else {
                let wire = (there: Wire(capacity: 4096), back: Wire(capacity: 4096))
                wires[name] = wire
                attach(card, source: wire.back, sink: wire.there)
            }
        case .files(let input, let output):
            // The frames of a recording can wait for the guest.
            card.nic.setLossless(true)
            let source = try input.map { path in try CaptureSource(path: path) }
            let sink = try output.map { path in try CaptureSink(path: path) }
            if let source { sources.append(source) }
            if let sink { sinks.append(sink) }
            attach(card, source: source, sink: sink)
        case .tap(let name):
            let port = FramePort(try FrameFile.tap(name))
            files.append(port.descriptor)
            attach(card, source: port, sink: port)
        case .socket(let local, let remote):
            let port = FramePort(
                try FrameFile.socket(local: local, remote: remote), isPatient: plan.isLossless)
            files.append(port.descriptor)
            attach(card, source: port, sink: port)
        }
        if plan.isLossless { card.nic.setLossless(true) }
    }

    /// Cards without an end are paired in the order in which they come.
    private func nextWire() -> CardPlan.End {
        defer { unnamed += 1 }
        return .wire(" \(unnamed / 2)")
    }

    /// Closes the files.
    ///
    /// - Throws: what went wrong with one at any time.
    func finish() throws {
        var failures: [any Error] = []
        for sink in sinks { do { try sink.finish() } catch { failures.append(error) } }
        for source in sources { do { try source.check() } catch { failures.append(error) } }
        sinks.removeAll()
        sources.removeAll()
        if let first = failures.first { throw first }
    }

    deinit {
        for sink in sinks { sink.abandon() }
    }
}

/// Counts frames on their way to the other end, or to nowhere.
private final class FrameCounter: FrameSink {
    private let sink: (any FrameSink)?
    private let total = Atomic<Int>(0)
    var count: Int { total.load(ordering: .relaxed) }

    init(_ sink: (any FrameSink)?) { self.sink = sink }

    func accept(_ burst: borrowing FrameBurst) {
        total.wrappingAdd(burst.count, ordering: .relaxed)
        sink?.accept(burst)
    }
}
