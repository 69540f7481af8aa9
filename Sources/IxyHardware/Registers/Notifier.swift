import IxySystem

/// How a driver tells a device to look at a virtqueue: a register, a port behind a file, or an eventfd.
///
/// It is made once for a queue and holds on to what it writes to. It is used at most once a batch.
@usableFromInline
package struct Notifier: ~Copyable, Sendable {
    private enum Way: ~Copyable, Sendable {
        /// A 16-bit register in a mapped BAR. (VirtIO 1.2 §4.1.4.4)
        case register(MappedRegisters)
        /// A 16-bit port, reached through the BAR's file. (VirtIO 1.2 §4.1.4.10)
        case port(FileDescriptor)
        /// A counter of the kernel, which vhost-user calls a kick.
        case event(FileDescriptor)
    }
    private let way: Way
    private let offset: Int
    /// The queue's number, which a register or port is told.
    private let queue: UInt16

    /// The register at `offset` of `bar`, which traps unless it lies inside and is aligned.
    package init(register offset: Int, of bar: MappedMemory, queue: UInt16) {
        precondition(bar.contains(offset: offset, size: 2) && offset % 2 == 0, "notification register outside of its BAR")
        way = .register(MappedRegisters(bar))
        self.offset = offset
        self.queue = queue
    }

    /// The port at `offset` of an I/O BAR's `file`.
    package init(port offset: Int, of file: consuming FileDescriptor, queue: UInt16) {
        way = .port(file)
        self.offset = offset
        self.queue = queue
    }

    /// The eventfd `file`.
    package init(event file: consuming FileDescriptor) {
        way = .event(file)
        offset = 0
        queue = 0
    }

    /// Notifies the device, after all stores to memory before this call.
    @inline(never) @usableFromInline
    package borrowing func notify() {
        switch way {
        case .register(let registers): registers.write16(queue, at: offset)
        // A device that is gone does not answer; the driver finds out where it waits for something.
        case .port(let file): _ = try? file.write(number: UInt64(queue), 2, at: offset)
        // The other side has the file, too, and may have filled it.
        case .event(let file): file.signalEvent()
        }
    }
}
