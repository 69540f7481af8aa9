import IxySystem
import Glibc

/// A process that ends the DMA of devices when this one is gone. It waits at a socket, of which only this process has the
/// other end: a line says that it is not needed any more; its end says that this process has ended without it.
///
/// It is a shell, as every system has one, whatever program this is; `ixy` need not be installed, and nothing has to run in
/// a copy of a process with threads.
struct Guardian: ~Copyable, Sendable {
    /// A device that it stands for.
    struct Charge: Sendable {
        /// The file of its configuration space.
        let path: String
        /// The value to write to its command register.
        let calm: UInt16
        /// A file whose lock is kept until then.
        let lock: CInt

        /// The register as `printf` writes it, low byte first.
        fileprivate var escaped: String { [calm & 0xFF, calm >> 8].map { "\\" + padded(String($0, radix: 8)) }.joined() }

        private func padded(_ text: String) -> String { String(repeating: "0", count: 3 - text.count) + text }
    }

    private var process: ChildProcess
    private var line: UnixSocket?

    /// Pairs of arguments are a path, and what is written there at offset 4: the command register. (PCI 3.0 §6.2.2) Writes
    /// that the device had begun have reached memory when this write is done, as a completion does not overtake them.
    /// (PCIe 3.0 §2.4.1)
    private static let script = """
        trap '' INT TERM HUP PIPE
        PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH
        read -r word && exit
        while [ $# -gt 1 ]; do
            printf "$2" | dd of="$1" bs=2 seek=2 count=1 conv=notrunc 2>/dev/null
            shift 2
        done
        """

    /// Starts one, which holds `files` open as long as it lives.
    static func start(_ charges: [Charge], holding files: [CInt]) throws(HardwareError) -> Guardian {
        let pair: UnixSocket.SocketPair
        do {
            pair = try UnixSocket.pair()
        } catch {
            throw .system(call: "socketpair", subject: "the guard of DMA", reason: "\(error)")
        }
        let nothing = try FileDescriptor.open("/dev/null", O_WRONLY)
        let process = try ChildProcess.start(
            ["/bin/sh", "-c", script, "ixy-guard"] + charges.flatMap { [$0.path, $0.escaped] },
            files: charges.map(\.lock) + files, input: pair.other.rawValue, output: nothing.rawValue, errors: nothing.rawValue,
            inOwnSession: true)
        return Guardian(process: process, line: pair.own)
    }

    private init(process: consuming ChildProcess, line: consuming UnixSocket) {
        self.process = process
        self.line = consume line
    }

    /// Ends it, as it is not needed any more.
    consuming func dismiss() {
        if let line = line.take() {
            // One that was killed takes no line, and is gone already.
            try? line.send([0x0A], before: Deadline(milliseconds: 1000))
        }
        _ = process.wait()
    }

    /// Does what this process's end would do, and waits until all is done.
    consuming func desert() {
        line = nil
        _ = process.wait()
    }
}
