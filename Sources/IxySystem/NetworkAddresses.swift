import Glibc

/// The addresses of the machine's network interfaces.
package enum NetworkAddresses {
    /// The names of the interfaces, in this network namespace, that have an IPv4 or IPv6 address.
    package static func interfaces() throws(ErrorNumber) -> Set<String> {
        // Sound: the list is read until `freeifaddrs`, and not kept. Each `ifa_next` is nil or another node of it; names end
        // with a NUL; `ifa_addr` may be nil.
        var first: UnsafeMutablePointer<ifaddrs>?
        _ = try ErrorNumber.check { unsafe Int(getifaddrs(&first)) }
        defer { unsafe freeifaddrs(first) }
        var names: Set<String> = []
        var next = unsafe first
        while let node = unsafe next {
            if let address = unsafe node.pointee.ifa_addr, unsafe [AF_INET, AF_INET6].contains(CInt(address.pointee.sa_family)) {
                names.insert(unsafe String(cString: node.pointee.ifa_name))
            }
            unsafe next = node.pointee.ifa_next
        }
        return names
    }
}
