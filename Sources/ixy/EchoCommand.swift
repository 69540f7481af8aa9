import ArgumentParser
struct EchoCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "echo") }
