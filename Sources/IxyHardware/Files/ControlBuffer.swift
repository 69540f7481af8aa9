import Glibc

/// The part of a socket message that carries open files: one control message of type SCM_RIGHTS. (unix(7), cmsg(3))
struct ControlBuffer {
    /// A header of 16 bytes, then the numbers, up to a multiple of eight bytes.
    static let capacity = headerSize + PassedFiles.limit * MemoryLayout<CInt>.size
    private static let headerSize = MemoryLayout<cmsghdr>.size
    private var words = [UInt64](repeating: 0, count: capacity / 8)
    /// Bytes that are used.
    private var length = 0

    /// Room for what is received.
    init() {}

    /// What is sent. Nothing, if there are no files.
    init(files: [CInt]) {
        guard !files.isEmpty else { return }
        let used = ControlBuffer.headerSize + files.count * MemoryLayout<CInt>.size
        length = (used + 7) & ~7
        words = [UInt64](repeating: 0, count: length / 8)
        var header = cmsghdr()
        header.cmsg_len = used
        header.cmsg_level = SOL_SOCKET
        header.cmsg_type = CInt(SCM_RIGHTS)
        unsafe words.withUnsafeMutableBytes { bytes in
            // Sound: `storeBytes` checks the bounds, and both types are plain numbers.
            unsafe bytes.storeBytes(of: header, as: cmsghdr.self)
            for (index, file) in files.enumerated() {
                unsafe bytes.storeBytes(
                    of: file, toByteOffset: ControlBuffer.headerSize + index * MemoryLayout<CInt>.size, as: CInt.self)
            }
        }
    }

    /// Hands the buffer's start and the length of what is to be sent to `body`. One for receiving has `capacity` bytes.
    mutating func withPointer<Result>(_ body: (UnsafeMutableRawPointer, Int) -> Result) -> Result {
        let length = length
        return unsafe words.withUnsafeMutableBytes { unsafe body($0.baseAddress!, length) }
    }

    /// Moves the files that were received, in the first `length` bytes, to `files`; false if there are too many.
    func admit(to files: inout PassedFiles, length: Int) -> Bool {
        var areAllIn = true
        var offset = 0
        while offset + ControlBuffer.headerSize <= min(length, ControlBuffer.capacity) {
            let start = offset
            // Sound: loads check the bounds, and every bit pattern is one of a plain number.
            let header = unsafe words.withUnsafeBytes {
                unsafe $0.loadUnaligned(fromByteOffset: start, as: cmsghdr.self)
            }
            let end = offset + Int(header.cmsg_len)
            guard header.cmsg_len >= ControlBuffer.headerSize, end <= ControlBuffer.capacity else { break }
            if header.cmsg_level == SOL_SOCKET, header.cmsg_type == CInt(SCM_RIGHTS) {
                let first = offset + ControlBuffer.headerSize
                for place in stride(from: first, through: end - MemoryLayout<CInt>.size, by: MemoryLayout<CInt>.size) {
                    // Sound: as above.
                    let file = unsafe words.withUnsafeBytes {
                        unsafe $0.loadUnaligned(fromByteOffset: place, as: CInt.self)
                    }
                    areAllIn = files.admit(file) && areAllIn
                }
            }
            offset = (end + 7) & ~7
        }
        return areAllIn
    }
}
