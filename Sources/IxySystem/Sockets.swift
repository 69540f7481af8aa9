import Glibc

/// Glibc has it, but Swift's import of Glibc leaves out what only `_GNU_SOURCE` shows.
@_extern(c, "accept4")
private func accept4(
    _ socket: CInt, _ address: UnsafeMutableRawPointer?, _ length: UnsafeMutableRawPointer?, _ flags: CInt
) -> CInt

/// A path as the name of a socket. (unix(7))
package struct SocketAddress: Sendable {
    private var address = sockaddr_un()
    /// The bytes of the longest path. One more stays zero, the end.
    package static let limit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Nil if a socket cannot have this name.
    package init?(_ path: String) {
        let bytes = Array(path.utf8)
        guard (1...SocketAddress.limit).contains(bytes.count), !bytes.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        // Sound: `copyBytes` checks that the tuple has room for them.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    }

    /// Hands the address and its length to `body`, as the socket calls want them.
    fileprivate func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        // Sound: all address types begin with the family, by which the kernel tells them apart.
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// Sockets between processes of this machine.
extension FileDescriptor {
    /// Two ends of a connection; both wait.
    package static func socketPair() throws(ErrorNumber) -> [CInt] {
        var numbers: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        // Sound: the call fills in two numbers.
        _ = try ErrorNumber.check { unsafe Int(socketpair(AF_UNIX, kind, 0, &numbers)) }
        return numbers
    }

    /// Gives this socket a name.
    package func bind(to address: SocketAddress) throws(ErrorNumber) {
        // Sound: address and length belong together and live through the call, which only reads.
        _ = try ErrorNumber.check { unsafe address.withPointer { unsafe Int(Glibc.bind(rawValue, $0, $1)) } }
    }

    /// Connects this socket with the one of that name.
    package func connect(to address: SocketAddress) throws(ErrorNumber) {
        // Sound: address and length belong together and live through the call, which only reads.
        _ = try ErrorNumber.check { unsafe address.withPointer { unsafe Int(Glibc.connect(rawValue, $0, $1)) } }
    }

    /// The next connection to this socket, which does not wait.
    package func acceptNext() throws(ErrorNumber) -> FileDescriptor {
        let flags = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return try FileDescriptor { accept4(rawValue, nil, nil, flags) }
    }

    /// Sends bytes and, beside them, the control messages in `control` (cmsg(3)). No SIGPIPE comes.
    ///
    /// - Parameter address: where to; nil on a socket that is connected.
    /// - Returns: how many bytes were taken.
    package func send(_ bytes: RawSpan, control: [UInt8] = [], to address: SocketAddress? = nil) throws(ErrorNumber) -> Int {
        // Sound: all that the header names lives through the call, is as long as it says, and is only read.
        unsafe try bytes.withUnsafeBytes { (buffer) throws(ErrorNumber) in
            try unsafe transfer(UnsafeMutableRawBufferPointer(mutating: buffer), control) { message in
                guard let address else { return unsafe sendmsg(rawValue, message, CInt(MSG_NOSIGNAL)) }
                return unsafe address.withPointer { pointer, length in
                    unsafe message.pointee.msg_name = UnsafeMutableRawPointer(mutating: pointer)
                    unsafe message.pointee.msg_namelen = length
                    return unsafe sendmsg(rawValue, message, CInt(MSG_NOSIGNAL))
                }
            }.result
        }
    }

    /// Receives bytes and, beside them, control messages. Files among those are not inherited by programs.
    ///
    /// - Parameter control: room for them; cut to what has come.
    /// - Returns: how many bytes have come, and the message's flags; 0 at the connection's end.
    package func receive(
        into bytes: inout MutableRawSpan, control: inout [UInt8]
    ) throws(ErrorNumber) -> (count: Int, flags: CInt) {
        // Sound: all that the header names lives through the call, and the kernel writes no more than it says.
        let (result, header, filled) = unsafe try bytes.withUnsafeMutableBytes { (buffer) throws(ErrorNumber) in
            unsafe try transfer(buffer, control) { unsafe recvmsg(rawValue, $0, CInt(MSG_CMSG_CLOEXEC)) }
        }
        control = Array(filled[..<min(unsafe header.msg_controllen, filled.count)])
        return unsafe (result, header.msg_flags)
    }

    /// Makes one of the two calls above with a header for `bytes` and a copy of `control`, which it returns.
    private func transfer(
        _ bytes: UnsafeMutableRawBufferPointer, _ control: [UInt8], _ call: (UnsafeMutablePointer<msghdr>) -> Int
    ) throws(ErrorNumber) -> (result: Int, header: msghdr, control: [UInt8]) {
        // Sound: the header's pointers are used while the calls that made them run, and are as long as it says.
        var control = control
        var header = unsafe msghdr()
        var vector = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        let result = try ErrorNumber.check {
            unsafe control.withUnsafeMutableBytes { room in
                unsafe withUnsafeMutablePointer(to: &vector) { vector in
                    unsafe header.msg_iov = vector
                    unsafe header.msg_iovlen = 1
                    unsafe header.msg_control = room.baseAddress
                    unsafe header.msg_controllen = room.count
                    return unsafe call(&header)
                }
            }
        }
        return unsafe (result, header, control)
    }
}
