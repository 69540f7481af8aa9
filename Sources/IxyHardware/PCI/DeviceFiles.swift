import IxySystem
import Synchronization

/// The one place where files are opened that need privileges: those of PCI functions in sysfs, and those of VFIO.
///
/// A process without privileges is handed them, open, by one that has them, under the paths at which it would look for them.
/// Such a file is used instead of what is at its path, where nothing need be then. Through VFIO that is all that a device
/// needs: `/dev/vfio/vfio` and `/dev/vfio/27` for group 27, or `/dev/iommu` and `/dev/vfio/devices/vfio3`. A device without an
/// IOMMU also needs its physical addresses, which the kernel tells only to a process that may know them.
package final class DeviceFiles: Sendable {
    final class Kept: Sendable {
        let file: FileDescriptor
        init(_ file: consuming FileDescriptor) { self.file = file }
    }

    let kept = Mutex<[String: Kept]>([:])

    /// No files: all are opened.
    package init() {}

    /// Keeps `file`, which somebody has opened for reading and writing, as what is at `path`.
    package func add(_ file: consuming FileDescriptor, at path: String) {
        let file = Kept(file)
        kept.withLock { $0[path] = file }
    }

    /// Returns the file that was handed over for `path`, under a descriptor of its own; otherwise opens `path`.
    func open(_ path: String, _ flags: CInt) throws(ErrorNumber) -> FileDescriptor {
        guard let file = kept.withLock({ $0[path] }) else { return try FileDescriptor(path: path, flags) }
        return try FileDescriptor(duplicating: file.file.rawValue)
    }
}
