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
    func use(addressed: Set<String>) throws(HardwareError) -> (fact: String, end: String)? {
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
