import Foundation
import IxyHardware
import Synchronization
import TestTree
import Testing

@Suite struct ThreadTests {
    /// Runs `body` on a thread of its own, so that the test's threads stay where they are.
    private func onOwnThread(_ body: @escaping @Sendable () throws -> Void) -> String? {
        let done = DispatchSemaphore(value: 0)
        let box = MessageBox()
        Thread.detachNewThread {
            box.message.withLock { $0 = sentence(body) }
            done.signal()
        }
        done.wait()
        return box.message.withLock { $0 }
    }

    private final class MessageBox: Sendable {
        let message = Mutex<String?>(nil)
    }

    @Test func aPinnedThreadStaysOnItsCPUAndCanBeMoved() throws {
        let cpus = try CPUAffinity.allowed()
        #expect(!cpus.isEmpty && cpus == cpus.sorted())
        let message = onOwnThread {
            for cpu in [cpus.last!, cpus.first!] {
                try CPUAffinity.pin(to: cpu)
                #expect(try CPUAffinity.allowed() == [cpu])
            }
        }
        #expect(message == nil)
        #expect(try CPUAffinity.allowed() == cpus)
    }

    @Test(arguments: [-1, 8191, 8192, Int.max, Int.min])
    func aCPUThatIsNotThereIsRefused(_ cpu: Int) {
        let message = onOwnThread { try CPUAffinity.pin(to: cpu) }
        #expect(message?.contains("CPU \(cpu) is not one that this process may use; the machine's CPUs are 0") == true)
    }

    @Test func theMemoryNodeOfACPU() throws {
        let tree = try FakeTree()
        try tree.write("", "devices/system/cpu/cpu5/node1/cpulist")
        #expect(try CPUAffinity.numaNode(of: 5, in: tree.sysfs) == 1)
        #expect(try CPUAffinity.numaNode(of: 6, in: tree.sysfs) == nil)
    }

    @Test func theClockRunsInNanoseconds() {
        let start = MonotonicClock.nanoseconds
        usleep(2000)
        let elapsed = MonotonicClock.nanoseconds - start
        #expect(elapsed >= 2_000_000 && elapsed < 10_000_000_000)
    }

    #if arch(x86_64)
    @Test func flagsDecideWhetherTheCounterIsUsed() {
        #expect(TimeStampCounter.isUsable(cpuinfo: "processor\t: 0\nflags\t\t: fpu tsc rdtscp constant_tsc\nbugs:\n"))
        #expect(!TimeStampCounter.isUsable(cpuinfo: "flags\t\t: fpu tsc constant_tsc\n"))
        #expect(!TimeStampCounter.isUsable(cpuinfo: "flags\t\t: fpu tsc rdtscp\n"))
        #expect(!TimeStampCounter.isUsable(cpuinfo: ""))
    }

    @Test func theCounterAdvancesAtASteadyRate() {
        guard let counter = try? TimeStampCounter() else { return }
        let first = counter.now()
        #expect(counter.now() > first)
        let rates = (0..<2).map { _ in counter.frequency() }
        #expect(rates[0] > 5e8 && rates[0] < 1e10)
        #expect(abs(rates[0] / rates[1] - 1) < 0.05)
    }
    #endif
}
