import ArgumentParser
import Glibc
import IxyHardware
import IxySystem

/// The program. One file a command.
@main
struct IxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ixy",
        abstract: "Network card drivers in user space: forward, generate, capture and answer packets.",
        subcommands: [
            ListCommand.self, ForwardCommand.self, GenerateCommand.self, CaptureCommand.self, ReplayCommand.self,
            EchoCommand.self, ServeCommand.self, RegistersCommand.self, BindCommand.self, VMCommand.self,
        ])

    /// Runs the command that the arguments name. Errors are reported in one sentence on standard error.
    static func main() {
        FileDescriptor.openStandardOnes()
        StopSignal.listen()
        do {
            var command = try parseAsRoot()
            try command.run()
            try StopSignal.check()
        } catch where exitCode(for: error) == .success {
            // Help, which was asked for.
            exit(withError: error)
        } catch {
            let sentence = sentence(for: error)
            if !sentence.isEmpty { Console.note("Error: \(sentence)") }
            Glibc.exit(exitCode(for: error).rawValue)
        }
    }

    /// One line. The parser's own complaints do not say what to do about them.
    private static func sentence(for error: any Error) -> String {
        let said = message(for: error).split(separator: "\n").joined(separator: " ")
        guard exitCode(for: error) == .validationFailure, !".?".contains(said.suffix(1)) else { return said }
        let name = CommandLine.arguments.dropFirst().first { argument in
            configuration.subcommands.contains { $0.configuration.commandName == argument }
        }
        return said + "; `ixy \(name.map { $0 + " " } ?? "")--help` shows what there is."
    }
}
