import ArgumentParser
struct RegistersCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "registers") }
