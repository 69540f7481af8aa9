import IxyCapture
import IxyHardware

/// What the cards of a virtual machine are plugged into.
final class OtherEnds {
    private var wires: [String: (there: Wire, back: Wire)] = [:]
    private var sources: [CaptureSource] = []
    private var sinks: [CaptureSink] = []
    /// What is to be waited for.
    private(set) var files: [CInt] = []
    private var unnamed = 0

    /// Plugs a card in.
    func connect(_ card: RemoteNIC, _ plan: CardPlan) throws {
        switch plan.end ?? nextWire() {
        case .wire(let name):
            if let wire = wires.removeValue(forKey: name) {
                card.nic.attach(source: wire.there, sink: wire.back)
            } else {
                let wire = (there: Wire(capacity: 4096), back: Wire(capacity: 4096))
                wires[name] = wire
                card.nic.attach(source: wire.back, sink: wire.there)
            }
        case .files(let input, let output):
            // What a recording holds can wait for the guest.
            card.nic.setLossless(true)
            if let input {
                let source = try CaptureSource(path: input)
                sources.append(source)
                card.nic.attach(source: source)
            }
            if let output {
                let sink = try CaptureSink(path: output)
                sinks.append(sink)
                card.nic.attach(sink: sink)
            }
        case .tap(let name):
            let port = FramePort(try FrameFile.tap(name))
            files.append(port.descriptor)
            card.nic.attach(source: port, sink: port)
        case .socket(let local, let remote):
            let port = FramePort(try FrameFile.socket(local: local, remote: remote))
            files.append(port.descriptor)
            card.nic.attach(source: port, sink: port)
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
