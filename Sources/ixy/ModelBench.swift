import Ixy
import IxyHardware
import IxyModels

/// What the devices of one command share, and the modelled cards among them: one address space, so that packets go from
/// one card to the other without a copy, and one thread.
///
/// A command owns one, made before its devices and so dropped after them. If it is dropped without `finish()`, because
/// the command has failed, its files are closed all the same, and those that hold nothing are removed.
struct ModelBench: ~Copyable {
    private let space = IOAddressSpace()
    /// What devices in other processes may reach.
    let sharedMemory = SharedMemoryMapper()
    /// What devices behind an IOMMU may reach.
    let vfioSpace = VFIOSpace()
    private var count: UInt8 = 0
    private var thread: ModelThread?
    private var sources: [CaptureSource] = []
    private var sinks: [CaptureSink] = []

    /// Makes the card that `address` describes and plugs in its files.
    mutating func makeCard(_ address: ModelAddress) throws -> ModelNIC {
        count += 1
        let nic = try ModelNIC(space: space, macAddress: MACAddress(0x02, 0, 0, 0, 0, count))
        // Nothing is lost on the way in: frames wait for the driver, as a recording can.
        nic.setLossless(true)
        if let input = address.input {
            let source = try CaptureSource(path: input)
            nic.attach(source: source)
            sources.append(source)
        } else if address.generates {
            nic.attach(source: SequenceSource(count: .max))
        }
        if let output = address.output {
            let sink = try CaptureSink(path: output)
            nic.attach(sink: sink)
            sinks.append(sink)
        }
        return nic
    }

    /// Lets a card run, on the bench's thread.
    mutating func run(_ nic: ModelNIC) {
        if let thread { thread.add(nic) } else { thread = ModelThread([nic]) }
    }

    /// Stops the cards and closes their files. Call it when the devices are stopped.
    ///
    /// - Throws: what went wrong with a file at any time.
    mutating func finish() throws {
        thread?.stop()
        thread = nil
        var failures: [any Error] = []
        for sink in sinks {
            do { try sink.finish() } catch { failures.append(error) }
        }
        sinks.removeAll()
        for source in sources {
            do { try source.check() } catch { failures.append(error) }
        }
        if let first = failures.first { throw first }
    }

    deinit {
        thread?.stop()
        for sink in sinks { sink.abandon() }
    }
}
