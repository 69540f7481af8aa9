package import Ixy
package import IxyHardware

/// A device whose virtqueues are set up by somebody else, such as a vhost-user back-end.
///
/// Both methods may be called while another thread moves the device on; they return once it has taken note.
package protocol VirtqueueDevice: AnyObject, Sendable {
    /// The addresses at which it reaches memory. Whoever sets up the queues maps that.
    var space: IOAddressSpace { get }
    /// The features that it can offer.
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
package struct Vring: Sendable {
    /// Its number: 2N is the Nth receive queue, 2N + 1 the Nth transmit queue, as the driver names them.
    package let index: Int
    /// Where it is, in the device's address space. All of it is mapped, and aligned.
    package let layout: VirtIO.QueueLayout
    /// The features that the driver has chosen.
    package let features: VirtIO.Features
    /// Where to begin.
    package let position: VringPosition
    /// By which the driver notifies the device; nil if it does not.
    package let kick: EventFile?
    /// By which the device interrupts the driver; nil if it does not want that.
    package let call: EventFile?
}

/// Where a device goes on in a virtqueue.
///
/// In a split queue these are free-running indexes; in a packed one, places in the ring with the wrap counter in bit 15.
package struct VringPosition: Sendable, Equatable {
    /// The next entry that the driver makes available.
    package var available: UInt16
    /// The next entry that the device uses.
    package var used: UInt16

    package init(available: UInt16, used: UInt16) {
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
