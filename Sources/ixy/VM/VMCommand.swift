import ArgumentParser
import Glibc
import Ixy
import IxyHardware
import IxyModels

/// `ixy vm`
struct VMCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vm",
        abstract: "Boot Linux in QEMU with modelled 82599 cards, to try a driver without a card.",
        discussion: """
            The guest has Debian's kernel, busybox and this program. Without COMMAND it is a shell; with one, the command's \
            output and exit code become this program's own. Cards without another end are wired to each other in pairs. \
            At the end, what the guest's driver did against the datasheet is told on standard error.
            """)

    @Option(help: ArgumentHelp("A card: \(CardPlan.syntax). Can be given several times.", valueName: "card"))
    var nic: [String] = []
    @Option(help: "A folder whose files are in the guest's /root, where the command runs.")
    var files: String?
    @Option(help: "A program of this machine that the guest gets, with its libraries. Can be given several times.")
    var program: [String] = []
    @Option(help: "The kernel. Without this: this machine's own if it can be read, else Debian's, fetched once by apt-get.")
    var kernel: String?
    @Option(help: "The folder of the kernel's modules, such as /lib/modules/6.1.0-18-amd64.")
    var modules: String?
    @Option(help: "What the guest does with the cards: ixgbe (Linux's driver), vfio-pci, or none.")
    var driver = "ixgbe"
    @Flag(help: "Put the cards behind an IOMMU, as vfio-pci needs it.")
    var iommu = false
    @Option(help: "The guest's processors, which take turns: a card gets as many queues.")
    var processors = 1
    @Option(help: "The guest's memory in MiB.")
    var memory = 1024
    @Option(help: "Further arguments for the guest's kernel.")
    var append: String?
    @Option(help: "End the guest after so many seconds.")
    var seconds: Int?
    @Flag(help: "Show the kernel's messages on standard error.")
    var verbose = false
    @Flag(help: "Exit with code 3 if a driver broke a rule of the datasheet.")
    var strict = false
    @Argument(parsing: .captureForPassthrough, help: "What the guest's shell runs; without it, a shell for you.")
    var command: [String] = []

    func validate() throws {
        try require((256...65_536).contains(memory), "--memory \(memory) is no size for a guest; use 256 to 65536 MiB.")
        try require((1...16).contains(processors), "--processors must be 1 to 16.")
        try require(seconds.map { $0 > 0 } ?? true, "--seconds must be 1 or more.")
        try require(
            ["ixgbe", "vfio-pci", "none"].contains(driver),
            "--driver \(driver) is not known; use ixgbe, vfio-pci or none.")
        try require(driver != "vfio-pci" || iommu, "--driver vfio-pci needs --iommu.")
    }

    func run() throws {
        let plans: [CardPlan]
        do {
            plans = try (nic.isEmpty ? ["82599", "82599"] : nic).map { try CardPlan(parsing: $0) }
        } catch let mistake as CardPlan.Mistake {
            throw ValidationError("\(mistake).")
        }
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        let job = words.isEmpty ? nil : words.joined(separator: " ")
        try require(job != nil || Console.isTerminal, "a shell needs a terminal; give a command to run in the guest.")
        let guestKernel = try GuestKernel.find(image: kernel, modules: modules)
        let image = try GuestImage(
            kernel: guestKernel, files: files, programs: program,
            script: GuestScript(driver: driver, hasIOMMU: iommu, command: job))
        let machine = try GuestMachine.start(
            kernel: guestKernel, image: image, plans: plans, processors: processors, memory: memory, hasIOMMU: iommu,
            append: append, isInteractive: job == nil, isVerbose: verbose)
        let deadline = seconds.map { Deadline(milliseconds: $0 * 1000) }
        let (code, emulatorCode) = try machine.run { StopSignal.isReceived || deadline?.milliseconds == 0 }
        let isClean = tell(machine.violations)
        if let deadline, deadline.milliseconds == 0, code == nil {
            throw ValidationError("the guest was not done after \(seconds ?? 0) seconds; give it more with --seconds.")
        }
        try StopSignal.check()
        guard let code else {
            throw IxyError.invalidSetting(
                "the guest ended before its command did, and QEMU with \(emulatorCode):\n\(machine.lastMessages)", remedy: "look at it with --verbose")
        }
        if code != 0 { throw ExitCode(code) }
        if strict, !isClean { throw ExitCode(3) }
    }

    /// Tells what the guest's driver did wrong. Returns whether that is nothing.
    private func tell(_ violations: [[Violation]]) -> Bool {
        for (index, found) in violations.enumerated() {
            for violation in found { Console.note("card \(index): \(violation)") }
        }
        return violations.allSatisfy(\.isEmpty)
    }
}
