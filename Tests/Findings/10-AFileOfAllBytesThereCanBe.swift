// crashes: A vhost-user front-end that shares a file of 2^63 - 1 bytes ends the back-end.
import Glibc
import IxyHardware

func aFileOfAllBytesThereCanBe() throws {
    let file = try FileDescriptor.inMemory("finding")
    guard ftruncate(file.rawValue, .max) == 0 else { return }
    // SET_MEM_TABLE made this call.
    _ = try ForeignMemory.map(file, at: 0, offset: 0, count: UInt64(Int.max))
}
