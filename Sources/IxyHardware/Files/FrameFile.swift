import Glibc

/// A file of which each read is a frame, and each write: a tap interface, or a datagram socket. Neither ever waits.
public struct FrameFile: ~Copyable, Sendable {
    private let file: FileDescriptor
    /// The path of a socket that was made here.
    private let path: String?

    /// Attaches to the tap interface `name`, which is made if there is none; it goes with this value unless it is a
    /// lasting one.
    public static func tap(_ name: String) throws(HardwareError) -> FrameFile {
        let bytes = Array(name.utf8)
        guard (1...15).contains(bytes.count), !bytes.contains(0), !bytes.contains(0x2F) else {
            throw .invalid(what: "'\(name)' is no name of an interface", remedy: "use one of 1 to 15 letters")
        }
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open("/dev/net/tun", O_RDWR | O_NONBLOCK)
        } catch {
            throw .privilege(action: "make a tap interface (\(error))", remedy: "run as root, with the tun module loaded")
        }
        // struct ifreq of <linux/if.h>: a name of 16 bytes, then the flags IFF_TAP and IFF_NO_PI.
        var request = [UInt8](repeating: 0, count: 40)
        request.replaceSubrange(0..<bytes.count, with: bytes)
        request[16] = 0x02
        request[17] = 0x10
        let number = file.rawValue
        let result = unsafe request.withUnsafeMutableBytes { bytes in
            // Sound: TUNSETIFF reads and writes one ifreq of 40 bytes, which live through the call.
            unsafe ioctl(number, 0x4004_54CA, bytes.baseAddress!)
        }
        guard result == 0 else {
            if errno == EPERM {
                throw .privilege(action: "use the tap interface \(name)", remedy: "run as root")
            }
            throw .lastSystemError("TUNSETIFF", on: name)
        }
        return FrameFile(file: file, path: nil)
    }

    /// A datagram socket at `local`, which sends to `remote`, whether or not somebody is there yet.
    public static func socket(local: String, remote: String) throws(SocketError) -> ConnectedFrames {
        let options = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = Glibc.socket(AF_UNIX, CInt(options), 0)
        guard descriptor >= 0 else { throw .lastSystemError("socket", on: local) }
        let file = FileDescriptor(adopting: descriptor)
        let (here, there) = (try SocketAddress(local), try SocketAddress(remote))
        guard unsafe here.withPointer({ unsafe bind(descriptor, $0, $1) }) == 0 else {
            if errno == EADDRINUSE {
                throw .hardware(.invalid(what: "\(local) exists already", remedy: "remove it, or choose another path"))
            }
            throw .lastSystemError("bind", on: local)
        }
        return ConnectedFrames(file: FrameFile(file: file, path: local), there: there)
    }

    private init(file: consuming FileDescriptor, path: String?) {
        self.file = file
        self.path = path
    }

    /// The number to wait for.
    public var descriptor: CInt { file.rawValue }

    /// The next frame, cut at `buffer`'s length; nil if there is none now.
    public func read(into buffer: inout [UInt8]) -> Int? {
        let number = file.rawValue
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            // Sound: at most as many bytes as there are.
            unsafe Glibc.read(number, bytes.baseAddress, bytes.count)
        }
        return count > 0 ? count : nil
    }

    /// Sends a frame; false if it is lost.
    public func write(_ frame: RawSpan) -> Bool {
        let number = file.rawValue
        return unsafe frame.withUnsafeBytes { bytes in
            // Sound: the bytes of a span that lives through the call; they are only read.
            unsafe Glibc.write(number, bytes.baseAddress, bytes.count) == bytes.count
        }
    }

    /// Sends a frame to an address.
    func write(_ frame: RawSpan, to address: SocketAddress) -> Bool {
        let number = file.rawValue
        return unsafe address.withPointer { pointer, length in
            unsafe frame.withUnsafeBytes { bytes in
                // Sound: as above, and so is the address.
                unsafe sendto(number, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL), pointer, length) == bytes.count
            }
        }
    }

    deinit {
        // Sound: the string is NUL-terminated and lives through the call.
        if let path { _ = unsafe unlink(path) }
    }
}

/// Frames by datagrams to one other socket.
public struct ConnectedFrames: ~Copyable, Sendable {
    private let file: FrameFile
    private let there: SocketAddress

    init(file: consuming FrameFile, there: SocketAddress) {
        self.file = file
        self.there = there
    }

    public var descriptor: CInt { file.descriptor }
    public func read(into buffer: inout [UInt8]) -> Int? { file.read(into: &buffer) }

    /// Sends a frame; false if it is lost. A socket whose queue is full is given until `deadline`: the kernel does not tell
    /// when there is room.
    public func write(_ frame: RawSpan, before deadline: Deadline) -> Bool {
        while !file.write(frame, to: there) {
            guard errno == EAGAIN || errno == EINTR, deadline.milliseconds > 0 else { return false }
            usleep(100)
        }
        return true
    }
}
