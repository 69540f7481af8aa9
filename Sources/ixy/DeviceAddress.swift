import ArgumentParser
import Ixy
import IxyHardware

/// The address of a device, in the one syntax of all commands.
enum DeviceAddress: Equatable, Sendable {
    /// A card, such as `0000:03:00.0`.
    case pci(PCIAddress)
    /// A modelled Intel 82599, such as `model:82599,in=a.pcap,out=b.pcap`.
    case model(ModelAddress)
    /// A device in another process, such as `vhost-user:/run/vhost0.sock,packed`.
    case vhostUser(VhostUserSettings, text: String)

    /// Parses `text`.
    ///
    /// - Throws: a `ValidationError` that lists what an address can be.
    init(_ text: String) throws {
        if text.hasPrefix("model:") {
            self = .model(try ModelAddress(text))
        } else if VhostUserSettings.matches(text) {
            do {
                self = .vhostUser(try VhostUserSettings(parsing: text), text: text)
            } catch {
                throw ValidationError("\(error).")
            }
        } else if let address = try? PCIAddress(text) {
            self = .pci(address)
        } else {
            throw ValidationError("'\(text)' is no device address; \(Self.syntaxes).")
        }
    }

    /// The address as it is written.
    var text: String {
        switch self {
        case .pci(let address): address.description
        case .model(let address): address.text
        case .vhostUser(_, let text): text
        }
    }

    /// The kinds of addresses, for messages.
    static let syntaxes =
        "use a PCI address such as 0000:03:00.0 (`ixy list` shows them), or "
        + "model:82599[,in=FILE][,out=FILE][,generate] for a modelled card, or \(VhostUserSettings.syntax) for a VirtIO "
        + "device in another process"
}

/// The part of an address that follows `model:`.
struct ModelAddress: Equatable, Sendable {
    /// The address as it was given.
    let text: String
    /// A capture whose frames arrive at the card.
    private(set) var input: String?
    /// A capture that takes what the card sends.
    private(set) var output: String?
    /// Whether frames that the model makes up arrive at the card.
    private(set) var generates = false

    init(_ text: String) throws {
        self.text = text
        let parts = text.dropFirst("model:".count).split(separator: ",", omittingEmptySubsequences: false)
        guard parts.first == "82599" else {
            throw ValidationError("'\(text)' names no known model; \(DeviceAddress.syntaxes).")
        }
        var said: Set<Substring> = []
        for part in parts.dropFirst() {
            let option = part.prefix { $0 != "=" }
            guard said.insert(option).inserted else {
                throw ValidationError("'\(text)' says '\(option)' twice; say it once.")
            }
            if part == "generate" {
                generates = true
            } else if part.hasPrefix("in="), part.count > 3 {
                input = String(part.dropFirst(3))
            } else if part.hasPrefix("out="), part.count > 4 {
                output = String(part.dropFirst(4))
            } else {
                throw ValidationError("'\(part)' in '\(text)' is no option of a model; \(DeviceAddress.syntaxes).")
            }
        }
        guard input == nil || !generates else {
            throw ValidationError("'\(text)' has both in= and generate; frames can come from one of them only.")
        }
    }
}

extension DeviceAddress {
    /// Whether its frames come to an end: a model with a recording, or with nothing that arrives.
    var isFinite: Bool {
        if case .model(let model) = self { !model.generates } else { false }
    }
}
