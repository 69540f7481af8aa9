import IxySystem

extension SocketAddress {
    /// The name `path`.
    ///
    /// - Throws: `.hardware` if a socket cannot have it.
    static func of(_ path: String) throws(SocketError) -> SocketAddress {
        if let address = SocketAddress(path) { return address }
        throw .hardware(.invalid(
            what: "a socket cannot have the path '\(path)' of \(path.utf8.count) bytes",
            remedy: "use one of 1 to \(limit) bytes"))
    }
}
