import Glibc
import IxySystem

/// The right to drive a device, which one process has at a time.
///
/// Only its owner can take the kernel's driver away or map a BAR, so no second process gets as far as the registers
/// of a device that is being driven. It is a lock on the file of a BAR, which only root can open: a lock on the files
/// that all may read would let everybody block the device. The kernel releases it when the process ends, however that
/// happens.
package struct DeviceClaim: ~Copyable, Sendable {
    package let device: PCIDevice
    package let bars: [BAR]
    /// The file that is locked.
    let file: FileDescriptor

    /// Claims `device`.
    ///
    /// - Throws: `HardwareError.device` where another process, or another part of this one, has claimed it, or where
    ///   it is gone or has no BAR; `.privilege`.
    package init(_ device: PCIDevice) throws(HardwareError) {
        let bars = try device.bars()
        guard let first = bars.first else {
            throw device.address.error("has no BAR, so there is nothing to drive", remedy: "list shows what there is: ixy list")
        }
        let file = try device.open(first)
        // Not waiting for its end, as the other process may run for days; but one that was killed keeps the device for the
        // moment that its guard takes to end its DMA, of two seconds at most.
        var attempts = 200
        while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { throw Sysfs.failure("lock", "the device", ErrorNumber(errno)) }
            guard attempts > 0 else {
                throw device.address.error(
                    "is in use by another ixy process",
                    remedy: "stop that one first; this shows which it is: sudo fuser \(device.path(first))")
            }
            attempts -= 1
            usleep(10_000)
        }
        self.device = device
        self.bars = bars
        self.file = file
    }

    /// Lets the device do DMA. If this process ends without `disableDMA`, however that happens, `watch` ends the DMA before
    /// anybody else gets the memory that the device reaches; nobody does if it is nil.
    package func enableDMA(through config: borrowing ConfigSpace, watchedBy watch: (any DMAWatch)?) throws(HardwareError) {
        let calm = try config.command().subtracting(.busMaster)
        try watch?.watch(device, lock: file.rawValue, calm: calm)
        do {
            try config.enable(.busMaster)
        } catch {
            watch?.forget(device)
            throw error
        }
    }

    /// Maps the memory BAR `index`, from 0 to 5. Its registers: `MappedRegisters(claim.map(bar: 0))`.
    ///
    /// The device must answer at it: enable `.memory` in its `ConfigSpace` first. A mapping of the BAR with the lowest
    /// index keeps the device claimed by itself, since what is mapped holds on to the lock.
    ///
    /// - Throws: `HardwareError.device` where there is no such BAR, or not one that can be mapped; `.system`.
    ///
    /// - Parameter keeper: stays as long as the mapping does.
    package func map(
        bar index: Int, keeper: (any AnyObject & Sendable)? = nil
    ) throws(HardwareError) -> MappedMemory {
        let bar = try device.bar(index, of: bars)
        guard bar.space == .memory else {
            throw device.address.error("BAR \(index) is for port I/O and cannot be mapped", remedy: "use a BAR in memory")
        }
        // A smaller BAR shares its page with another device's registers.
        guard bar.start % 4096 == 0, bar.count % 4096 == 0 else {
            throw device.address.error(
                "BAR \(index) is not made of whole pages of 4096 bytes",
                remedy: "boot Linux with pci=resource_alignment=12@\(device.address)")
        }
        let path = device.path(bar)
        let file = bar == bars.first ? try file.duplicate(subject: path) : try device.open(bar)
        let size = try naming("fstat", on: path, try file.status()).st_size
        // An access past the end of the file would kill the process.
        guard size >= bar.count else {
            throw device.address.error(
                "BAR \(index) has \(bar.count) bytes, its file \(size)",
                remedy: "the device changed while it was being opened; try again")
        }
        return try MappedMemory.map(descriptor: file, count: bar.count, subject: path, keeper: keeper)
    }
}

extension PCIDevice {
    /// The file of `bar`.
    func open(_ bar: BAR) throws(HardwareError) -> FileDescriptor {
        guard let file = try sysfs.openIfPresent(path(bar), O_RDWR) else { throw address.missing }
        return file
    }

    func path(_ bar: BAR) -> String { path("resource\(bar.index)") }
}
