import ArgumentParser

/// The program. One file a command.
@main
struct IxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ixy",
        abstract: "Network card drivers in user space: forward, generate, capture and answer packets.",
        subcommands: [
            ListCommand.self, ForwardCommand.self, GenerateCommand.self, CaptureCommand.self, ReplayCommand.self,
            EchoCommand.self, RegistersCommand.self,
        ])
}
