import Glibc

/// The file system, by paths. A path with a zero byte is read up to there, as the kernel reads it.
package enum FileSystem {
    /// Returns the path to which the symbolic link points.
    package static func target(of path: String) throws(ErrorNumber) -> String {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let room = bytes.count
        // Sound: the kernel writes at most `room` bytes, as many as the array has.
        let count = try ErrorNumber.check {
            unsafe bytes.withUnsafeMutableBytes { unsafe readlink(path, $0.baseAddress!, room) }
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
