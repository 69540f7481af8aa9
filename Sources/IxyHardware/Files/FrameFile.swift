import Glibc
import IxySystem

/// A file of which each read is a frame, and each write: a tap interface, or a datagram socket. Neither ever waits.
package struct FrameFile: ~Copyable, Sendable {
    private let file: FileDescriptor
    /// The path of a socket that was made here.
    private let path: String?

    /// Attaches to the tap interface `name`, which is made if there is none; it goes with this value unless it is a
    /// lasting one.
    package static func tap(_ name: String) throws(HardwareError) -> FrameFile {
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
        var request = KernelStructure(count: 40)
        request.bytes.replaceSubrange(0..<bytes.count, with: bytes)
        request.store(UInt16(0x1002), at: 16)
        do {
            _ = try IOControl.setTapInterface(on: file.rawValue, &request)
        } catch {
            if error.code == EPERM { throw .privilege(action: "use the tap interface \(name)", remedy: "run as root") }
            throw HardwareError("TUNSETIFF", on: name, error)
        }
        return FrameFile(file: file, path: nil)
    }

    /// A datagram socket at `local`, which sends to `remote`, whether or not somebody is there yet.
    package static func socket(local: String, remote: String) throws(SocketError) -> ConnectedFrames {
        let options = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let file = try SocketError.naming("socket", on: local, try FileDescriptor { Glibc.socket(AF_UNIX, CInt(options), 0) })
        let (here, there) = (try SocketAddress.of(local), try SocketAddress.of(remote))
        do {
            try file.bind(to: here)
        } catch {
            if error.code == EADDRINUSE {
                throw .hardware(.invalid(what: "\(local) exists already", remedy: "remove it, or choose another path"))
            }
            throw SocketError("bind", on: local, error)
        }
        return ConnectedFrames(file: FrameFile(file: file, path: local), there: there)
    }

    private init(file: consuming FileDescriptor, path: String?) {
        self.file = file
        self.path = path
    }

    /// The number to wait for.
    package var descriptor: CInt { file.rawValue }

    /// The next frame, cut at `buffer`'s length; nil if there is none now.
    package func read(into buffer: inout [UInt8]) -> Int? {
        var span = buffer.mutableSpan
        var bytes = span.mutableRawBytes
        guard let count = try? file.read(into: &bytes), count > 0 else { return nil }
        return count
    }

    /// Sends a frame; false if it is lost.
    package func write(_ frame: RawSpan) -> Bool { (try? file.write(frame)) == frame.byteCount }

    /// Sends a frame to an address.
    func write(_ frame: RawSpan, to address: SocketAddress) throws(ErrorNumber) -> Bool {
        try file.send(frame, to: address) == frame.byteCount
    }

    deinit {
        if let path { try? FileSystem.remove(path) }
    }
}

/// Frames by datagrams to one other socket.
package struct ConnectedFrames: ~Copyable, Sendable {
    private let file: FrameFile
    private let there: SocketAddress

    init(file: consuming FrameFile, there: SocketAddress) {
        self.file = file
        self.there = there
    }

    package var descriptor: CInt { file.descriptor }
    package func read(into buffer: inout [UInt8]) -> Int? { file.read(into: &buffer) }

    /// Sends a frame; false if it is lost. A socket whose queue is full is given until `deadline`: the kernel does not tell
    /// when there is room.
    package func write(_ frame: RawSpan, before deadline: Deadline) -> Bool {
        while true {
            do throws(ErrorNumber) {
                return try file.write(frame, to: there)
            } catch {
                guard error.code == EAGAIN, deadline.milliseconds > 0 else { return false }
                usleep(100)
            }
        }
    }
}
