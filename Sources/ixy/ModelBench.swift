import Ixy
import IxyHardware
import IxyModels

/// The address space and the thread that the devices of one command share, the modelled cards among them: one space, so
/// that packets go from one card to the other without a copy, and one thread.
///
/// A command owns one, made before its devices and so dropped after them. If it is dropped without `finish()`, because
/// the command has failed, its files are closed all the same, and those that hold nothing are removed.
struct ModelBench: ~Copyable {
    private let space = IOAddressSpace()
    /// The memory that devices in other processes may reach.
    let sharedMemory = SharedMemoryMapper()
    /// The memory that devices behind an IOMMU may reach.
    let vfioSpace = VFIOSpace()
    private var count: UInt8 = 0
    private var thread: ModelThread?
    private var files = ModelFiles()

    /// Makes the card that `address` describes and plugs in its files.
    mutating func makeCard(_ address: ModelAddress) throws -> ModelNIC {
        count += 1
        let nic = try ModelNIC(space: space, macAddress: MACAddress(0x02, 0, 0, 0, 0, count))
        // Nothing is lost on the way in: frames wait for the driver, as a recording can.
        nic.setLossless(true)
        nic.attach(
            source: try files.source(recording: address.input, generates: address.generates),
            sink: try files.sink(address.output))
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
        try files.finish()
    }

    deinit {
        thread?.stop()
        files.abandon()
    }
}
