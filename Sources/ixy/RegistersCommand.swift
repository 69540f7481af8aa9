import ArgumentParser
import Ixy
import IxyHardware

/// `ixy registers A`
struct RegistersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registers", abstract: "Show the registers of a device with their fields.")

    @Argument(help: "The device.", transform: DeviceAddress.init)
    var device: DeviceAddress
    @Argument(help: "Names of registers, such as CTRL; default all.")
    var names: [String] = []
    @Flag(help: "Also read the registers that reading changes, such as counters.")
    var all = false
    @Flag(help: "Print a JSON object a line.")
    var json = false

    func validate() throws {
        let known = Set(IXGBERegisters.all.map { $0.name.uppercased() })
        for name in names {
            try require(
                known.contains(name.uppercased()), "'\(name)' is no register; `ixy registers \(device.text)` shows all.")
        }
    }

    func run() throws {
        let dump = RegisterDump(includesAll: all, names: Set(names.map { $0.uppercased() }), isJSON: json)
        switch device {
        case .pci(let address): Console.write(try dumpPCI(dump, address))
        case .model(let address): Console.write(try dumpModel(dump, address))
        case .vhostUser(_, let text):
            throw ValidationError("\(text) has no registers; it is reached by messages.")
        }
    }
}
