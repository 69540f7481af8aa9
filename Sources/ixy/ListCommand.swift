import ArgumentParser
import Ixy
import IxyHardware

/// `ixy list`
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the network cards of this machine, and what else can be opened.")

    @Flag(help: "Print a JSON object a line instead of a table.")
    var json = false

    func run() throws {
        let cards = try PCIDevice.all().filter { (try? $0.isNetworkController) == true }.map(ListedCard.init)
        guard !json else {
            Console.write(cards.map(\.json).joined() + Self.models.map(\.json).joined())
            return
        }
        let rows = [ListedCard.header] + cards.map(\.columns)
        let widths = ListedCard.header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = ""
        if cards.isEmpty {
            text = "This machine shows no PCI network cards.\n"
        } else {
            for row in rows {
                let line = zip(row, widths).map { $0.left($1) }.joined(separator: "  ")
                text += line.trimmingSuffix(while: \.isWhitespace) + "\n"
            }
        }
        text += "\nModelled cards, which need no hardware and no privileges:\n"
        for model in Self.models { text += "  \(model.address.left(40))  \(model.meaning)\n" }
        Console.write(text)
    }

    /// A kind of address that is no card.
    private struct ListedModel {
        let address: String
        let meaning: String

        var json: String {
            "{\"kind\":\"model\",\"address\":\(address.json),\"name\":\(meaning.json),\"supported\":true}\n"
        }
    }

    private static let models = [
        ListedModel(
            address: "model:82599[,in=FILE][,out=FILE][,generate]",
            meaning: "Intel 82599; receives a capture or generated frames, sends into a capture")
    ]
}

/// The properties of a card that the list shows.
private struct ListedCard {
    let address: String
    let ids: String
    let name: String?
    let driver: String?
    let interfaces: String
    let numaNode: Int?
    let iommuGroup: Int?

    static let header = ["address", "ids", "driver", "interfaces", "NUMA", "IOMMU", "supported"]

    init(_ device: PCIDevice) throws(HardwareError) {
        address = device.address.description
        ids = Self.hex(device.vendorID) + ":" + Self.hex(device.deviceID)
        name = SupportedDevice.find(vendor: device.vendorID, device: device.deviceID)?.name
        driver = try device.driver
        var names: [String] = []
        for interface in try device.interfaces { names.append(interface.name + (try interface.isUp ? " (up)" : "")) }
        interfaces = names.joined(separator: ",")
        numaNode = try device.numaNode
        iommuGroup = try device.iommuGroup
    }

    var columns: [String] {
        [
            address, ids, driver ?? "-", interfaces.isEmpty ? "-" : interfaces, numaNode.map(String.init) ?? "-",
            iommuGroup.map(String.init) ?? "-", name.map { "yes: " + $0 } ?? "no",
        ]
    }

    var json: String {
        "{\"kind\":\"pci\",\"address\":\(address.json),\"ids\":\(ids.json),\"driver\":\(driver?.json ?? "null"),"
            + "\"interfaces\":\(interfaces.json),\"numaNode\":\(numaNode.map(String.init) ?? "null"),"
            + "\"iommuGroup\":\(iommuGroup.map(String.init) ?? "null"),\"supported\":\(name != nil),"
            + "\"name\":\(name?.json ?? "null")}\n"
    }

    private static func hex(_ id: UInt16) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension String {
    /// The text without the characters at its end that `isDropped` names.
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
