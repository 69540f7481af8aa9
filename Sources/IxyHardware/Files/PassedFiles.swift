import IxySystem
import Glibc

/// Open files that came with a message. Files that nobody takes out are closed.
package struct PassedFiles: ~Copyable, Sendable {
    /// As many as are let in with one message: one for each region of memory that vhost-user allows.
    package static let limit = 8
    private var descriptors: [CInt] = []

    package init() {}

    /// How many there are.
    package var count: Int { descriptors.count }

    /// Takes over `descriptor`, or closes it; false if there are too many.
    mutating func admit(_ descriptor: CInt) -> Bool {
        guard descriptors.count < PassedFiles.limit else {
            close(descriptor)
            return false
        }
        descriptors.append(descriptor)
        return true
    }

    /// Takes the first one out; nil if there is none left.
    package mutating func takeFirst() -> FileDescriptor? {
        descriptors.isEmpty ? nil : FileDescriptor(adopting: descriptors.removeFirst())
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
