import IxyHardware

/// How a device is to be set up.
public struct DeviceSettings: Sendable {
    /// Receive queues, and as many transmit queues.
    public var queues = 1
    /// Descriptors in each receive ring.
    public var receiveRing = 512
    /// Descriptors in each transmit ring.
    public var transmitRing = 512
    /// Buffers of each receive queue's pool; nil for what the rings need and a reserve for the app.
    public var poolCapacity: Int?
    /// The pages to allocate memory from.
    public var pages = PageChoice.automatic
    /// Bytes of the longest payload that is received and sent, 1500 to 9706: what the Ethernet header, a VLAN tag and the
    /// frame check sequence come on top of. Above 2030 buffers are larger than the usual 2048 bytes.
    public var mtu = DeviceSettings.mtus.lowerBound
    /// Receive everything, not only what is addressed to the device.
    public var isPromiscuous = true
    /// Receive what is addressed to any group.
    public var receivesAllGroups = false
    /// The layout of a VirtIO device's queues.
    public var virtqueues = VirtqueueChoice.automatic
    /// Whether receive queues can sleep until the device interrupts, where it can: see `PacketReceiver.wait`.
    public var usesInterrupts = false
    /// Whether a VirtIO device may put a frame into several buffers, if it can.
    public var usesMergeableBuffers = true
    /// Whether a VirtIO device and the driver leave each other checksums to finish and TCP segments to cut: see
    /// `PacketOffload`. Send packets received this way through a device with offloads again.
    public var usesOffloads = false

    public init() {}

    /// The range of `mtu`. An 82599's longest frame has 9728 bytes, with a VLAN tag and the frame check sequence. (82599 §1.3)
    public static let mtus = 1500...9706

    /// Bytes of the longest frame: with an Ethernet header and a VLAN tag, without the frame check sequence.
    public var longestFrame: Int { mtu + 18 }

    /// Bytes of a buffer with `headroom` for the longest frame.
    func bufferSize(headroom: Int) -> Int { Self.bufferSize(for: longestFrame, headroom: headroom) }

    /// Bytes of a buffer with `headroom` for a frame of `longest` bytes.
    static func bufferSize(for longest: Int, headroom: Int) -> Int {
        var size = 2048
        while size < longest + headroom { size *= 2 }
        return size
    }

    /// Refuses an MTU that no device has.
    func checkMTU() throws(IxyError) {
        guard DeviceSettings.mtus.contains(mtu) else {
            throw .invalidSetting(
                "an MTU of \(mtu) bytes",
                remedy: "use \(DeviceSettings.mtus.lowerBound) to \(DeviceSettings.mtus.upperBound)")
        }
    }

    /// Buffers for a queue pair: those of the receive queue's pool, and one for each slot of the transmit ring. The reserve is
    /// enough for a pipeline, which fills another device's transmit ring from this pool.
    var poolBuffers: Int { (poolCapacity ?? receiveRing + max(1024, transmitRing)) + transmitRing }
}

/// Which pages a device's memory is made of.
public enum PageChoice: String, Sendable, CaseIterable {
    /// 2 MiB if the device needs physical addresses, else 4 KiB.
    case automatic = "auto"
    case small = "4k"
    case huge2MiB = "2m"
    case huge1GiB = "1g"

    /// The pages to allocate.
    func size(needsHugePages: Bool) -> PageSize {
        switch self {
        case .automatic: needsHugePages ? .huge2MiB : .small
        case .small: .small
        case .huge2MiB: .huge2MiB
        case .huge1GiB: .huge1GiB
        }
    }
}

/// Which layout of virtqueues a VirtIO device is to use.
public enum VirtqueueChoice: String, Sendable, CaseIterable {
    /// Packed if the device offers it.
    case automatic = "auto"
    case split
    case packed
}
