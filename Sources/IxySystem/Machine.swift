package import Glibc
#if arch(x86_64)
package import _Builtin_intrinsics.intel
#endif

// Glibc has these for every program, but its header declares them only where _GNU_SOURCE is defined. `process` 0 is the
// calling thread; the mask is an array of words, `bytes` long.
@_extern(c, "sched_getaffinity")
private func sched_getaffinity(_ process: pid_t, _ bytes: Int, _ mask: UnsafeMutableRawPointer) -> CInt
@_extern(c, "sched_setaffinity")
private func sched_setaffinity(_ process: pid_t, _ bytes: Int, _ mask: UnsafeRawPointer) -> CInt

/// Clocks, processors, the terminal, the network's interfaces: of this machine, and of this process on it.
package enum Machine {
    /// Nanoseconds of a clock that Linux always has.
    package static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        // Sound: the call fills in the structure that it is given.
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    #if arch(x86_64)
    /// The processor's counter of cycles, where it has the instruction `rdtscp`. All instructions before it have finished
    /// when it is read.
    package static func timeStamp() -> UInt64 {
        var processor: UInt32 = 0
        // Sound: the instruction stores the processor's number in a variable of the size that it wants.
        return unsafe __rdtscp(&processor)
    }
    #endif

    /// On which CPUs the calling thread may run: a bit for each, in words of which there are `words`.
    package static func affinity(words: Int) throws(ErrorNumber) -> [UInt] {
        var mask = [UInt](repeating: 0, count: words)
        // Sound: the mask is as long as the call is told, and it writes no more.
        _ = try ErrorNumber.check { unsafe Int(sched_getaffinity(0, words * MemoryLayout<UInt>.size, &mask)) }
        return mask
    }

    /// Lets the calling thread run on these CPUs only.
    package static func setAffinity(_ mask: [UInt]) throws(ErrorNumber) {
        // Sound: the mask is as long as the call is told, and it only reads.
        _ = try ErrorNumber.check { unsafe Int(sched_setaffinity(0, mask.count * MemoryLayout<UInt>.size, mask)) }
    }

    /// How the terminal behind `file` is set.
    package static func terminalSettings(of file: CInt) throws(ErrorNumber) -> termios {
        var settings = termios()
        // Sound: the call fills in the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(tcgetattr(file, &settings)) }
        return settings
    }

    /// Sets the terminal behind `file` at once.
    package static func set(_ settings: termios, of file: CInt) throws(ErrorNumber) {
        var settings = settings
        // Sound: the call only reads the structure that it is given.
        _ = try ErrorNumber.check { unsafe Int(tcsetattr(file, TCSANOW, &settings)) }
    }

    /// The names of the interfaces, in this network namespace, that have an IPv4 or IPv6 address.
    package static func addressedInterfaces() throws(ErrorNumber) -> Set<String> {
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
