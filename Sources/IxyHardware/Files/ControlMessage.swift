import Glibc
import IxySystem

/// The part of a socket message that carries open files: one control message of type SCM_RIGHTS. (unix(7), cmsg(3))
enum ControlMessage {
    /// `struct cmsghdr`: u64 length, s32 level, s32 type. Then come the numbers, up to a multiple of eight bytes.
    private static let headerSize = 16
    /// Bytes that suffice for the most files we let in.
    static let capacity = headerSize + PassedFiles.limit * 4

    /// The control message to send; empty if there are no files.
    static func bytes(files: [CInt]) -> [UInt8] {
        guard !files.isEmpty else { return [] }
        let used = headerSize + files.count * 4
        var message = KernelStructure(count: (used + 7) & ~7)
        message.store(UInt64(used), at: 0)
        message.store(SOL_SOCKET, at: 8)
        message.store(CInt(SCM_RIGHTS), at: 12)
        for (index, file) in files.enumerated() { message.store(file, at: headerSize + index * 4) }
        return message.bytes
    }

    /// Moves the files that have come with a message to `files`; false if there are too many.
    static func admit(_ received: [UInt8], to files: inout PassedFiles) -> Bool {
        let message = KernelStructure(bytes: received)
        var areAllIn = true
        var offset = 0
        while offset + headerSize <= received.count {
            let length = message.load(UInt64.self, at: offset)
            guard length >= headerSize, length <= received.count - offset else { break }
            let end = offset + Int(length)
            if message.load(CInt.self, at: offset + 8) == SOL_SOCKET, message.load(at: offset + 12) == CInt(SCM_RIGHTS) {
                for place in stride(from: offset + headerSize, through: end - 4, by: 4) {
                    areAllIn = files.admit(message.load(at: place)) && areAllIn
                }
            }
            offset = (end + 7) & ~7
        }
        return areAllIn
    }
}
