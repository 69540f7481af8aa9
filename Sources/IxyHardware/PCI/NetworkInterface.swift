import IxySystem

/// A network interface of the kernel, such as `eth0`.
package struct NetworkInterface: Hashable, Sendable {
    package let name: String
    let folder: String
    let sysfs: Sysfs

    /// Whether it is switched on. (`IFF_UP`)
    package var isUp: Bool {
        get throws(HardwareError) {
            guard let text = try sysfs.text("\(folder)/flags"), let flags = UInt32(text.dropFirst(2), radix: 16) else {
                return false
            }
            return flags & 1 != 0
        }
    }

    /// Why somebody would miss it, in words that follow its name, and the command that ends this use; nil where
    /// nobody uses it.
    ///
    /// Up covers a carrier: the kernel does not even answer for the carrier of an interface that is down.
    ///
    /// - Parameter addressed: the names of all interfaces with an IP address, up or not.
    fileprivate func use(addressed: Set<String>) throws(HardwareError) -> (fact: String, end: String)? {
        if try isUp { return ("is up", "ip link set \(name) down") }
        if addressed.contains(name) { return ("has an IP address", "ip addr flush dev \(name)") }
        if let bridge = try sysfs.linkName("\(folder)/master") {
            return ("is a part of \(bridge)", "ip link set \(name) nomaster")
        }
        return nil
    }

    /// The names of the interfaces, in this network namespace, that have an IPv4 or IPv6 address.
    ///
    /// - Throws: `HardwareError.system`.
    package static func withAddresses() throws(HardwareError) -> Set<String> {
        try naming("getifaddrs", on: "the network interfaces", try NetworkAddresses.interfaces())
    }
}

extension PCIDevice {
    /// The network interfaces that the kernel made of it.
    package var interfaces: [NetworkInterface] {
        get throws(HardwareError) {
            var found: [NetworkInterface] = []
            // A virtio NIC has its interfaces below the virtio device that its PCI driver made.
            let parents = [folder] + (try sysfs.names(in: folder)).filter { $0.hasPrefix("virtio") }.map { path($0) }
            for parent in parents {
                for name in try sysfs.names(in: "\(parent)/net") {
                    found.append(NetworkInterface(name: name, folder: "\(parent)/net/\(name)", sysfs: sysfs))
                }
            }
            return found
        }
    }

    /// Throws where the kernel uses the device: taking it away could cut the user's own connection.
    ///
    /// - Throws: `HardwareError.device` where one of its network interfaces is up, has an address or belongs to a bridge or bond.
    package func refuseUsed() throws(HardwareError) { try refuseUsed(addressed: NetworkInterface.withAddresses()) }

    /// As above, where `addressed` are the interfaces with an IP address, which a fake tree cannot show.
    package func refuseUsed(addressed: Set<String>) throws(HardwareError) {
        for interface in try interfaces {
            guard let use = try interface.use(addressed: addressed) else { continue }
            throw .device(
                address: "\(address)", problem: "is in use: its network interface \(interface.name) \(use.fact)",
                remedy: "if nobody needs it, free it with: sudo \(use.end)")
        }
    }
}
