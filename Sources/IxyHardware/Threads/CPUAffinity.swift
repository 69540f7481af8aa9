import Glibc

// glibc has these for every program, but its header declares them only where _GNU_SOURCE is defined, which Swift's
// module of it does not do. `process` 0 is the calling thread; the mask is an array of words, `bytes` long.
@_extern(c, "sched_getaffinity")
private func sched_getaffinity(_ process: pid_t, _ bytes: Int, _ mask: UnsafeMutableRawPointer) -> CInt
@_extern(c, "sched_setaffinity")
private func sched_setaffinity(_ process: pid_t, _ bytes: Int, _ mask: UnsafeRawPointer) -> CInt

/// On which CPUs the calling thread runs.
public enum CPUAffinity {
    /// As many CPUs as Linux can be built for on x86-64; `cpu_set_t` itself ends at 1024.
    private static let limit = 8192

    /// The numbers of the CPUs on which the calling thread may run now, in rising order.
    ///
    /// - Throws: `HardwareError.system`.
    public static func allowed() throws(HardwareError) -> [Int] {
        var words = [UInt](repeating: 0, count: limit / UInt.bitWidth)
        // Sound: the mask is as long as the call is told, and it writes no more; every bit pattern is a word.
        let result = unsafe words.withUnsafeMutableBytes { unsafe sched_getaffinity(0, $0.count, $0.baseAddress!) }
        guard result == 0 else { throw .lastSystemError("sched_getaffinity", on: "this thread") }
        return (0..<limit).filter { words[$0 / UInt.bitWidth] >> UInt($0 % UInt.bitWidth) & 1 != 0 }
    }

    /// Keeps the calling thread on CPU `cpu` from now on. A thread can be moved by pinning it again.
    ///
    /// - Throws: `HardwareError.invalid` where there is no such CPU, or where the process may not use it.
    public static func pin(to cpu: Int) throws(HardwareError) {
        guard cpu >= 0, cpu < limit else { throw try unavailable(cpu) }
        var words = [UInt](repeating: 0, count: limit / UInt.bitWidth)
        words[cpu / UInt.bitWidth] = 1 << UInt(cpu % UInt.bitWidth)
        // Sound: the mask is as long as the call is told, and it only reads.
        let result = unsafe words.withUnsafeBytes { unsafe sched_setaffinity(0, $0.count, $0.baseAddress!) }
        if result != 0 {
            // Asked of the kernel, and not of `allowed`, which names one CPU only once the thread is pinned.
            guard errno == EINVAL else { throw .lastSystemError("sched_setaffinity", on: "CPU \(cpu)") }
            throw try unavailable(cpu)
        }
    }

    /// Makes sure that the calling thread may run on CPU `cpu`, for a thread that is to be kept there later.
    ///
    /// - Throws: `HardwareError.invalid`.
    public static func check(_ cpu: Int) throws(HardwareError) {
        guard try allowed().contains(cpu) else { throw try unavailable(cpu) }
    }

    /// The memory node of `cpu`, or nil where the machine does not say.
    public static func numaNode(of cpu: Int, in sysfs: Sysfs = Sysfs()) throws(HardwareError) -> Int? {
        try sysfs.names(in: "\(sysfs.root)/devices/system/cpu/cpu\(cpu)")
            .lazy.filter { $0.hasPrefix("node") }.compactMap { Int($0.dropFirst(4)) }.first
    }

    private static func unavailable(_ cpu: Int) throws(HardwareError) -> HardwareError {
        let online = try Sysfs().text("/sys/devices/system/cpu/online") ?? "not known"
        return .invalid(
            what: "CPU \(cpu) is not one that this process may use",
            remedy: "the machine's CPUs are \(online), and taskset or a container may allow fewer of them")
    }
}
