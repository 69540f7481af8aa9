import Ixy
import IxyHardware
import IxySystem
import IxyModels

/// A guest that runs: QEMU, its cards, and what it says.
struct GuestMachine: ~Copyable {
    private let machine: VirtualMachine
    /// The kernel's messages, and the exit status of the command.
    private let log: FileDescriptor
    private let status: FileDescriptor
    private let terminal: TerminalState

    private init(
        _ machine: VirtualMachine, log: consuming FileDescriptor, status: consuming FileDescriptor, _ terminal: TerminalState
    ) {
        self.machine = machine
        self.log = log
        self.status = status
        self.terminal = terminal
    }

    /// Starts one.
    static func start(
        kernel: GuestKernel, image: borrowing GuestImage, plans: [CardPlan], processors: Int, memory: Int, hasIOMMU: Bool, append: String?,
        isInteractive: Bool, isVerbose: Bool
    ) throws -> GuestMachine {
        let log = try FileDescriptor.inMemory("ixy-vm-log")
        let status = try FileDescriptor.inMemory("ixy-vm-status")
        let terminal = TerminalState()
        let archive = image.archive.rawValue
        // Three serial ports: for the user, for the kernel, and for the exit code.
        let logPath = isVerbose ? "/dev/stderr" : "/proc/self/fd/\(log.rawValue)"
        var arguments = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-vga", "none",
            "-monitor", "none", "-cpu", "max", "-smp", "\(processors)", "-m", "\(memory)",
            // Several take turns: QEMU loses accesses of two at a time.
            "-accel", processors > 1 ? "tcg,thread=single" : "tcg",
            "-object", "memory-backend-memfd,id=ram,size=\(memory)M,share=on", "-M", "q35,memory-backend=ram",
            "-chardev", "stdio,id=user,signal=\(isInteractive ? "off" : "on")", "-serial", "chardev:user",
            "-chardev", "file,id=log,path=\(logPath)", "-serial", "chardev:log",
            "-chardev", "file,id=status,path=/proc/self/fd/\(status.rawValue)", "-serial", "chardev:status",
            "-kernel", kernel.image, "-initrd", "/proc/self/fd/\(archive)",
            "-append",
            "console=ttyS1 quiet panic=-1 no_timer_check" + (hasIOMMU ? " intel_iommu=on" : "") + (append.map { " " + $0 } ?? ""),
        ]
        if hasIOMMU { arguments += ["-device", "intel-iommu,intremap=on,caching-mode=on"] }
        let machine = try startQEMU(
            arguments, plans, hasIOMMU: hasIOMMU, files: [archive, log.rawValue, status.rawValue])
        return GuestMachine(machine, log: log, status: status, terminal)
    }

    private static func startQEMU(
        _ arguments: [String], _ plans: [CardPlan], hasIOMMU: Bool, files: [Int32]
    ) throws -> VirtualMachine {
        do {
            return try VirtualMachine(arguments, cards: plans, hasIOMMU: hasIOMMU, files: files)
        } catch HardwareError.system(call: "start", let subject, let reason) {
            throw IxyError.invalidSetting(
                "\(subject) cannot be started: \(reason)", remedy: "install Debian's package qemu-system-x86")
        }
    }

    /// Lets the guest run until it ends, or until `shouldStop` says so.
    ///
    /// - Returns: the exit code of its command, nil if it did not come to its end; and QEMU's.
    func run(until shouldStop: () -> Bool) throws -> (command: Int32?, emulator: Int32) {
        defer { terminal.restore() }
        let ending = try machine.run(until: shouldStop)
        let text = String(decoding: try status.contents(subject: "the guest's exit code"), as: UTF8.self)
        let words = text.split { $0 == " " || $0.isNewline }
        return (words.count == 2 && words[0] == "exit" ? Int32(words[1]) : nil, ending.exitCode)
    }

    var violations: [[Violation]] { machine.violations }

    /// The end of what the kernel has said.
    var lastMessages: String {
        let text = String(decoding: (try? log.contents(subject: "the guest's messages")) ?? [], as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).suffix(10).joined(separator: "\n")
    }
}
