import Ixy

/// The fields of a VirtIO device on PCI, as text or as a line of JSON.
struct VirtIODump {
    let address: String
    let snapshot: VirtIO.PCISnapshot

    var text: String {
        var result = "\(address): VirtIO network device, \(snapshot.isLegacy ? "legacy" : "modern")\n\nstructures\n"
        for place in snapshot.structures {
            result += "  \(place.name.left(24)) BAR \(place.bar)  \(hex(UInt64(place.offset), 16)) "
                + "\(String(place.count).right(7)) bytes\n"
        }
        result += "\nfeatures  \(hex(snapshot.features.rawValue, 64))\n"
        for (bit, name) in snapshot.features.described { result += "  \(String(bit).right(2))  \(name)\n" }
        result += snapshot.isLegacy ? "\nlegacy header (VirtIO 1.2 §4.1.4.10)\n" : "\ncommon configuration (VirtIO 1.2 §4.1.4.3)\n"
        result += lines(snapshot.entries)
        for (index, queue) in snapshot.queues.enumerated() { result += "queue \(index)\n" + lines(queue) }
        result += "\ndevice configuration (VirtIO 1.2 §5.1.4)\n"
        if let mac = snapshot.macAddress { result += "  \("mac".left(24)) \(mac)\n" }
        if let link = snapshot.link {
            result += "  \("status".left(24)) \(hex(UInt64(link), 16))  link \(link & 1 == 1 ? "up" : "down")\n"
        }
        if let pairs = snapshot.queuePairs { result += "  \("max_virtqueue_pairs".left(24)) \(pairs)\n" }
        if let mtu = snapshot.mtu { result += "  \("mtu".left(24)) \(mtu)\n" }
        return result
    }

    var json: String {
        func object(_ entries: [VirtIO.PCISnapshot.Entry]) -> String {
            "{" + entries.map { "\($0.name.json):\($0.value)" }.joined(separator: ",") + "}"
        }
        let structures = snapshot.structures.map {
            "{\"name\":\($0.name.json),\"bar\":\($0.bar),\"offset\":\($0.offset),\"bytes\":\($0.count)}"
        }
        let features = snapshot.features.described.map { $0.name.json }
        return "{\"device\":\(address.json),\"legacy\":\(snapshot.isLegacy),"
            + "\"structures\":[\(structures.joined(separator: ","))],"
            + "\"features\":[\(features.joined(separator: ","))],\"fields\":\(object(snapshot.entries)),"
            + "\"queues\":[\(snapshot.queues.map(object).joined(separator: ","))],"
            + "\"mac\":\(snapshot.macAddress.map { "\($0)".json } ?? "null"),"
            + "\"status\":\(snapshot.link.map(String.init) ?? "null"),"
            + "\"maxQueuePairs\":\(snapshot.queuePairs.map(String.init) ?? "null"),"
            + "\"mtu\":\(snapshot.mtu.map(String.init) ?? "null")}\n"
    }

    private func lines(_ entries: [VirtIO.PCISnapshot.Entry]) -> String {
        entries.map { entry in
            "  \(entry.name.left(24)) \(hex(UInt64(entry.offset), 8))  \(hex(entry.value, entry.width))\n"
        }.joined()
    }

    /// `value` in as many digits as `width` bits need.
    private func hex(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, width / 4 - digits.count)) + digits
    }
}
