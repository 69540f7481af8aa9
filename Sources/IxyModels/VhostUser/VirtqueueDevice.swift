public import Ixy
public import IxyHardware

/// A device whose virtqueues are set up by somebody else, such as a vhost-user back-end.
///
/// Both methods may be called while another thread moves the device on; they return once it has taken note.
public protocol VirtqueueDevice: AnyObject, Sendable {
    /// The addresses at which it reaches memory. Whoever sets up the queues maps that.
    var space: IOAddressSpace { get }
    /// What it can do.
    var offeredFeatures: VirtIO.Features { get }
    /// The most queue pairs that it can have.
    var queuePairs: Int { get }
    /// Its configuration, as a driver reads it (VirtIO 1.2 §5.1.4); empty if it has none.
    var configuration: [UInt8] { get }

    /// Works on a queue from now on. It does not work on this one already.
    func start(_ vring: Vring)
    /// Lets go of queue `index`, on which it works, and tells where it would have gone on.
    func stop(_ index: Int) -> VringPosition
}

/// A virtqueue that a device is to work on.
public struct Vring: Sendable {
    /// Its number: 2N is the Nth receive queue, 2N + 1 the Nth transmit queue, as the driver names them.
    public let index: Int
    /// Where it is, in the device's address space. All of it is mapped, and aligned.
    public let layout: VirtIO.QueueLayout
    /// What the driver has chosen.
    public let features: VirtIO.Features
    /// Where to begin.
    public let position: VringPosition
    /// By which the driver notifies the device; nil if it does not.
    public let kick: EventFile?
    /// By which the device interrupts the driver; nil if it does not want that.
    public let call: EventFile?
}

/// Where a device goes on in a virtqueue.
///
/// In a split queue these are free-running indexes; in a packed one, places in the ring with the wrap counter in bit 15.
public struct VringPosition: Sendable, Equatable {
    /// The next entry that the driver makes available.
    public var available: UInt16
    /// The next entry that the device uses.
    public var used: UInt16

    public init(available: UInt16, used: UInt16) {
        self.available = available
        self.used = used
    }

    /// The place as vhost-user says it. (VHOST_USER_SET_VRING_BASE)
    init(base: UInt32, isPacked: Bool) {
        available = UInt16(truncatingIfNeeded: base)
        // DPDK's front-end leaves the upper half of a packed ring's at 0; a split ring's has no meaning.
        let upper = UInt16(truncatingIfNeeded: base >> 16)
        used = isPacked && upper != 0 ? upper : available
    }

    func base(isPacked: Bool) -> UInt32 { isPacked ? UInt32(used) << 16 | UInt32(available) : UInt32(available) }
}
