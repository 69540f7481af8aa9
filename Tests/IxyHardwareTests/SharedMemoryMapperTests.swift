import Glibc
import IxySystem
import Synchronization
import Testing

@testable import IxyHardware

@Suite struct SharedMemoryMapperTests {
    @Test func memoryIsSharedAsAFileAtAnAddressOfItsOwn() throws {
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        let second = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        mapper.withRegions { regions in
            #expect(regions.map(\.count) == [8192, 4096])
            #expect(regions.map(\.address) == [memory.pageAddresses[0], second.pageAddresses[0]])
            let window = try? MappedMemory.map(
                descriptor: FileDescriptor(adopting: dup(regions[0].descriptor)), count: 8192, subject: "test")
            #expect(window != nil)
        }
        #expect(memory.pageAddresses[1] == memory.pageAddresses[0] + 4096)
    }

    @Test func whoeverGetsTheFileCannotMakeItShorter() throws {
        let mapper = SharedMemoryMapper()
        let memory = try DMAMemory(count: 8192, pages: .small, mapper: mapper)
        mapper.withRegions { regions in
            #expect(ftruncate(regions[0].descriptor, 0) == -1)
            #expect(errno == EPERM)
        }
        #expect(memory.memory.count == 8192)
    }

    @Test func theNinthPieceIsRefusedAndNamesTheWayOut() throws {
        let mapper = SharedMemoryMapper()
        var kept: [DMAMemory] = []
        for _ in 0..<8 { kept.append(try DMAMemory(count: 4096, pages: .small, mapper: mapper)) }
        let error = try #require(throws: HardwareError.self) {
            _ = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        }
        #expect(error.description.contains("use fewer queues"))
        kept.removeLast()
        kept.append(try DMAMemory(count: 4096, pages: .small, mapper: mapper))
        #expect(mapper.mappedCount == 8)
        kept.removeAll()
        #expect(mapper.mappedCount == 0)
    }

    @Test func observersAreToldBeforeMemoryIsUsed() throws {
        let mapper = SharedMemoryMapper()
        let first = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        let observer = Observer()
        mapper.add(observer)
        let second = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        #expect(observer.seen.withLock { $0 } == [[first.pageAddresses[0], second.pageAddresses[0]]])
        mapper.remove(observer)
        _ = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        #expect(observer.seen.withLock { $0.count } == 1)
    }

    @Test func memoryThatAnObserverRefusesIsNotShared() throws {
        let mapper = SharedMemoryMapper()
        mapper.add(Observer(refusal: .poolEmpty(capacity: 7)))
        #expect(throws: HardwareError.poolEmpty(capacity: 7)) {
            _ = try DMAMemory(count: 4096, pages: .small, mapper: mapper)
        }
        #expect(mapper.mappedCount == 0)
    }

    @Test func memoryWithoutAFileIsRefused() throws {
        let file = try FileDescriptor.open("/dev/zero", O_RDWR)
        let memory = try MappedMemory.map(descriptor: file, count: 4096, subject: "test")
        let error = try #require(throws: HardwareError.self) { _ = try SharedMemoryMapper().map(memory) }
        #expect(error.description.contains("use DMAMemory"))
    }
}

private final class Observer: SharedMemoryObserver {
    let seen = Mutex<[[UInt64]]>([])
    let refusal: HardwareError?

    init(refusal: HardwareError? = nil) {
        self.refusal = refusal
    }

    func share(_ regions: [SharedMemoryRegion]) throws(HardwareError) {
        seen.withLock { $0.append(regions.map(\.address)) }
        if let refusal { throw refusal }
    }
}
