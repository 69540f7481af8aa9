public import IxySystem
import Synchronization

/// How a driver tells a device to look at a virtqueue: a register, a port behind a file, or an eventfd.
///
/// It is made once for a queue and holds on to what it writes to. It is used at most once a batch.
@safe
public struct Notifier: ~Copyable, Sendable {
    private enum Way: Sendable {
        /// A 16-bit register in a mapped BAR. (VirtIO 1.2 §4.1.4.4)
        case register
        /// A 16-bit port, reached through the BAR's file. (VirtIO 1.2 §4.1.4.10)
        case port
        /// A counter of the kernel, which vhost-user calls a kick.
        case event
    }
    private let way: Way
    /// What holds the register.
    private let bar: MappedMemory?
    /// The file that is written to, or one that is not open.
    private let file: FileDescriptor
    private let offset: Int
    /// The queue's number, which a register or port is told.
    private let queue: UInt16

    /// The register at `offset` of `bar`, which traps unless it lies inside and is aligned.
    public init(register offset: Int, of bar: MappedMemory, queue: UInt16) {
        precondition(bar.contains(offset: offset, size: 2) && offset % 2 == 0, "notification register outside of its BAR")
        way = .register
        self.bar = bar
        file = FileDescriptor(adopting: -1)
        self.offset = offset
        self.queue = queue
    }

    /// The port at `offset` of an I/O BAR's `file`.
    public init(port offset: Int, of file: consuming FileDescriptor, queue: UInt16) {
        way = .port
        bar = nil
        self.file = file
        self.offset = offset
        self.queue = queue
    }

    /// The eventfd `file`.
    public init(event file: consuming FileDescriptor) {
        way = .event
        bar = nil
        self.file = file
        offset = 0
        queue = 0
    }

    /// Notifies the device, after all stores to memory before this call.
    @inline(never)
    public borrowing func notify() {
        switch way {
        case .register:
            guard let bar else { return }
            // Sound: in bounds and aligned, as the initialiser has checked; the mapping lives as long as this value.
            unsafe (bar.base + offset).assumingMemoryBound(to: Atomic<UInt16>.self).pointee
                .store(queue, ordering: .releasing)
        case .port:
            // A device that is gone does not answer; the driver finds out where it waits for something.
            _ = try? file.write(number: UInt64(queue), 2, at: offset)
        case .event:
            // The other side has the file, too, and may have filled it.
            file.signalEvent()
        }
    }
}
