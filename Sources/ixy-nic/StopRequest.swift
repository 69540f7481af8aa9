import Glibc
import IxyHardware
import IxySystem
import Synchronization

/// Ctrl-C and SIGTERM end QEMU, and then this program.
enum StopRequest {
    private static let number = Atomic<Int32>(0)

    static func listen() {
        number.store(0, ordering: .relaxed)
        signal(SIGINT) { StopRequest.number.store($0, ordering: .relaxed) }
        signal(SIGTERM) { StopRequest.number.store($0, ordering: .relaxed) }
    }

    static var isReceived: Bool { number.load(ordering: .relaxed) != 0 }
    static var exitCode: Int32 { 128 + number.load(ordering: .relaxed) }
}

/// Holds standard error open.
final class FileDescriptorHolder {
    private let file: FileDescriptor

    init() throws { file = try FileDescriptor.standardError() }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        try? file.write(bytes.span.rawBytes, written: &written, subject: "standard error")
    }
}
