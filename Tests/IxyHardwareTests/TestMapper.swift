import IxyHardware
import IxySystem
import Synchronization

/// Stands in for an IOMMU: made-up device addresses, and a count of what is mapped at the moment.
final class TestMapper: DMAMapper {
    let mapped = Atomic<Int>(0)
    /// Distance between the device addresses of two pages, in pages; 1 makes them consecutive.
    let spread: UInt64

    init(spread: UInt64 = 1) {
        self.spread = spread
    }

    func map(_ memory: MappedMemory) -> [UInt64] {
        mapped.add(1, ordering: .relaxed)
        return (0..<UInt64(memory.count / memory.pageSize)).map { 0x1000_0000 + $0 * UInt64(memory.pageSize) * spread }
    }

    func unmap(_: MappedMemory) {
        mapped.subtract(1, ordering: .relaxed)
    }

    var isClean: Bool { mapped.load(ordering: .relaxed) == 0 }
}
