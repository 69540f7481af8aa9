import Glibc

// Glibc has these for every program, but its headers show them only where _GNU_SOURCE is defined.
@_extern(c, "eventfd")
private func eventfd(_ count: CUnsignedInt, _ flags: CInt) -> CInt
@_extern(c, "fstatfs")
private func fstatfs(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer) -> CInt

// Calls that only some programs make.
extension FileDescriptor {
    /// A counter of the kernel, at zero. (eventfd(2))
    package init(counterFlags: CInt) throws(ErrorNumber) {
        // <linux/eventfd.h> gives its flags the values of open's.
        try self.init { eventfd(0, counterFlags | O_CLOEXEC) }
    }

    /// Nobody can change any more what `seals` name. (`F_ADD_SEALS` of fcntl(2))
    package func add(seals: CInt) throws(ErrorNumber) {
        _ = try ErrorNumber.check { Int(fcntl(rawValue, 1033, seals)) }
    }

    /// The seals of a file in memory. (`F_GET_SEALS` of fcntl(2))
    package func seals() throws(ErrorNumber) -> CInt { CInt(try ErrorNumber.check { Int(fcntl(rawValue, 1034)) }) }

    /// The kind of file system that the file is in, as <linux/magic.h> numbers them.
    package func fileSystemKind() throws(ErrorNumber) -> UInt64 {
        var words = InlineArray<16, UInt64>(repeating: 0)
        // Sound: the call fills in 120 bytes of the 128 that there are, the kind first.
        _ = try ErrorNumber.check { unsafe Int(withUnsafeMutableBytes(of: &words) { unsafe fstatfs(rawValue, $0.baseAddress!) }) }
        return words[0]
    }
}
