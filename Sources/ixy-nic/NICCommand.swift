import ArgumentParser
import Glibc
import IxyHardware
import IxySystem
import IxyModels

/// Gives QEMU modelled 82599s, by QEMU's own protocol for devices in other processes.
@main
struct NICCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ixy-nic",
        abstract: "Run QEMU with modelled Intel 82599 network cards among its devices.",
        discussion: """
            QEMU's own arguments follow `--`. It needs one processor (-smp 1), the TCG accelerator, and memory in a file, \
            such as -object memory-backend-memfd,id=ram,size=512M,share=on -M q35,memory-backend=ram. `ixy vm` makes a \
            whole machine of it.
            """)

    @Option(name: .long, help: ArgumentHelp("A card: \(CardPlan.syntax). Can be given several times.", valueName: "card"))
    var nic: [String] = ["82599", "82599"]
    @Flag(help: "The machine has an Intel IOMMU (-device intel-iommu), behind which the cards are.")
    var iommu = false
    @Argument(parsing: .postTerminator, help: "QEMU and its arguments.")
    var command: [String] = []

    func run() throws {
        guard !command.isEmpty else { throw ValidationError("there is no command behind `--`; give QEMU and its arguments.") }
        let plans = try nic.map { try CardPlan(parsing: $0) }
        let machine = try VirtualMachine(command, cards: plans, hasIOMMU: iommu)
        let ending = try machine.run { StopRequest.isReceived }
        var errors = StandardErrors()
        for (index, violations) in machine.violations.enumerated() {
            for violation in violations { print("card \(index): \(violation)", to: &errors) }
            if violations.isEmpty { print("card \(index): no violations", to: &errors) }
        }
        throw ExitCode(StopRequest.isReceived ? StopRequest.exitCode : ending.exitCode)
    }

    static func main() {
        FileDescriptor.openStandardOnes()
        StopRequest.listen()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(withError: error)
        }
    }
}

/// Standard error, for `print`.
struct StandardErrors: TextOutputStream {
    private let file = try? FileDescriptorHolder()

    func write(_ text: String) { file?.write(text) }
}
