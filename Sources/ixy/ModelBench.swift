import Ixy
import IxyHardware
import IxyModels
import Synchronization

/// The modelled cards of a command: they share one address space, so that packets go from one to the other without a
/// copy, and one thread.
final class ModelBench: Sendable {
    /// The command's one bench. A command is a process of its own, so one is enough.
    static let shared = ModelBench()

    private struct State {
        var count: UInt8 = 0
        var thread: ModelThread?
        var sources: [CaptureSource] = []
        var sinks: [CaptureSink] = []
    }
    private let space = IOAddressSpace()
    /// What devices in other processes may reach.
    let sharedMemory = SharedMemoryMapper()
    /// What devices behind an IOMMU may reach.
    let vfioSpace = VFIOSpace()
    private let state = Mutex(State())

    /// Makes the card that `address` describes and plugs in its files.
    func makeCard(_ address: ModelAddress) throws -> ModelNIC {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let nic = try ModelNIC(space: space, macAddress: MACAddress(0x02, 0, 0, 0, 0, number))
        // Nothing is lost on the way in: frames wait for the driver, as a recording can.
        nic.setLossless(true)
        if let input = address.input {
            let source = try CaptureSource(path: input)
            nic.attach(source: source)
            state.withLock { $0.sources.append(source) }
        } else if address.generates {
            nic.attach(source: SequenceSource(count: .max))
        }
        if let output = address.output {
            let sink = try CaptureSink(path: output)
            nic.attach(sink: sink)
            state.withLock { $0.sinks.append(sink) }
        }
        return nic
    }

    /// Lets a card run, on the bench's thread.
    func run(_ nic: ModelNIC) {
        state.withLock { state in
            if let thread = state.thread { thread.add(nic) } else { state.thread = ModelThread([nic]) }
        }
    }

    /// Stops the cards and closes their files. Call it when the devices are stopped, also after an error.
    func finish() throws {
        let (thread, sources, sinks) = state.withLock { state in
            defer { state = State(count: state.count) }
            return (state.thread, state.sources, state.sinks)
        }
        thread?.stop()
        var failures: [any Error] = []
        for sink in sinks {
            do { try sink.finish() } catch { failures.append(error) }
        }
        for source in sources {
            do { try source.check() } catch { failures.append(error) }
        }
        if let first = failures.first { throw first }
    }
}
