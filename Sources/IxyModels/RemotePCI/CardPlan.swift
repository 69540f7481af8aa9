package import Ixy

/// A card that a virtual machine is to have, and what is at the other end of its cable.
package struct CardPlan: Sendable, Equatable {
    /// The other end of the card's cable.
    package enum End: Sendable, Equatable {
        /// The card that names the same wire. Cards without an end share wires in pairs.
        case wire(String)
        /// Captures: frames that arrive, and frames that were sent.
        case files(input: String?, output: String?)
        case tap(String)
        /// Datagram sockets: ours, and the other one.
        case socket(local: String, remote: String)
    }

    /// It is a virtual function, a device of its own.
    package var isVirtual = false
    package var end: End?
    package var macAddress: MACAddress?
    /// Frames wait for a free descriptor, as if the sender obeyed pause frames.
    package var isLossless = false
    /// The card is pulled out when it has sent so many frames.
    package var unplugAfter: Int?

    /// How a card is written, for messages.
    package static let syntax =
        "82599|82599vf[,wire=NAME | ,in=FILE,out=FILE | ,tap=NAME | ,local=SOCKET,remote=SOCKET][,mac=ADDRESS][,lossless]"
        + "[,unplug-after=FRAMES]"

    /// A text that does not say what a card is to be.
    package struct Mistake: Error, CustomStringConvertible {
        package let description: String
    }

    package init() {}

    /// Parses `text`.
    package init(parsing text: String) throws(Mistake) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let kind = parts.first, kind == "82599" || kind == "82599vf" else {
            throw Mistake(description: "'\(text)' names no card; use \(Self.syntax)")
        }
        isVirtual = kind == "82599vf"
        var values: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(pair[0])
            let isFlag = name == "lossless"
            let isKnown = isFlag || ["wire", "in", "out", "tap", "local", "remote", "mac", "unplug-after"].contains(name)
            guard isKnown, isFlag ? pair.count == 1 : pair.count == 2 && !pair[1].isEmpty else {
                throw Mistake(description: "'\(part)' in '\(text)' is no option of a card; use \(Self.syntax)")
            }
            guard values.updateValue(isFlag ? "" : String(pair[1]), forKey: name) == nil else {
                throw Mistake(description: "'\(text)' says '\(name)' twice; say it once")
            }
        }
        isLossless = values["lossless"] != nil
        if let text = values["mac"] {
            guard let address = MACAddress(text), !address.isMulticast else {
                throw Mistake(description: "'\(text)' is no MAC address; write one such as 02:00:00:00:00:01")
            }
            macAddress = address
        }
        if let text = values["unplug-after"] {
            guard let count = Int(text), count > 0 else {
                throw Mistake(description: "unplug-after=\(text) is no number of frames; use 1 or more")
            }
            unplugAfter = count
        }
        try findEnd(values, text)
    }

    private mutating func findEnd(_ values: [String: String], _ text: String) throws(Mistake) {
        var ends: [End] = []
        if let name = values["wire"] { ends.append(.wire(name)) }
        if values["in"] != nil || values["out"] != nil { ends.append(.files(input: values["in"], output: values["out"])) }
        if let name = values["tap"] { ends.append(.tap(name)) }
        switch (values["local"], values["remote"]) {
        case (let local?, let remote?): ends.append(.socket(local: local, remote: remote))
        case (nil, nil): break
        default: throw Mistake(description: "'\(text)' has one of local= and remote=; a socket needs both")
        }
        guard ends.count <= 1 else {
            throw Mistake(description: "'\(text)' has more than one other end; use one of wire, in and out, tap, local and remote")
        }
        end = ends.first
    }
}
