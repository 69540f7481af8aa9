import Glibc
import IxySystem

/// On which CPUs the calling thread runs.
public enum CPUAffinity {
    /// As many CPUs as Linux can be built for on x86-64; `cpu_set_t` itself ends at 1024.
    private static let limit = 8192

    /// The numbers of the CPUs on which the calling thread may run now, in rising order.
    ///
    /// - Throws: `HardwareError.system`.
    public static func allowed() throws(HardwareError) -> [Int] {
        let words = try naming(
            "sched_getaffinity", on: "this thread", try ThreadAffinity.current(words: limit / UInt.bitWidth))
        return (0..<limit).filter { words[$0 / UInt.bitWidth] >> UInt($0 % UInt.bitWidth) & 1 != 0 }
    }

    /// Keeps the calling thread on CPU `cpu` from now on. A thread can be moved by pinning it again.
    ///
    /// - Throws: `HardwareError.invalid` where there is no such CPU, or where the process may not use it.
    public static func pin(to cpu: Int) throws(HardwareError) {
        guard cpu >= 0, cpu < limit else { throw try unavailable(cpu) }
        var words = [UInt](repeating: 0, count: limit / UInt.bitWidth)
        words[cpu / UInt.bitWidth] = 1 << UInt(cpu % UInt.bitWidth)
        do throws(ErrorNumber) {
            try ThreadAffinity.set(words)
        } catch {
            // Asked of the kernel, and not of `allowed`, which names one CPU only once the thread is pinned.
            guard error.code == EINVAL else { throw HardwareError("sched_setaffinity", on: "CPU \(cpu)", error) }
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
    package static func numaNode(of cpu: Int, in sysfs: Sysfs = Sysfs()) throws(HardwareError) -> Int? {
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
