import Glibc

/// A path as the name of a socket. (unix(7))
struct SocketAddress: Sendable {
    private var address = sockaddr_un()

    /// - Throws: `.hardware` if a socket cannot have this name.
    init(_ path: String) throws(SocketError) {
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        // One byte stays zero, the end.
        guard !bytes.isEmpty, bytes.count < room, !bytes.contains(0) else {
            throw .hardware(.invalid(
                what: "a socket cannot have the path '\(path)' of \(bytes.count) bytes",
                remedy: "use one of 1 to \(room - 1) bytes"))
        }
        address.sun_family = sa_family_t(AF_UNIX)
        // Sound: the tuple has `room` bytes, more than are copied.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    }

    /// Hands the address and its length to `body`, as the socket calls want them.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: address) { pointer in
            // Sound: all address types begin with the family, by which the kernel tells them apart.
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
