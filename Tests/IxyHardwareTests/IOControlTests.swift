import Glibc
import IxyHardware
import IxySystem
import Testing

/// Requests whose argument would let the kernel reach past a structure, or other memory than a mapping, never get to it.
@Suite struct IOControlTests {
    private let refused = ErrorNumber(EINVAL)
    /// A file that no request here belongs to: the kernel's own answer is another one.
    private let file: CInt

    init() throws { file = try FileDescriptor(path: "/dev/null", O_RDWR).leave() }

    private func answer(_ call: IOControl, _ structure: KernelStructure, memory: MappedMemory? = nil) -> CInt? {
        var structure = structure
        do throws(ErrorNumber) {
            _ = try call(on: file, &structure, memory: memory)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [(IOControl.getRegionInfo, 32), (.getInterruptInfo, 16), (.unmapDMA, 24), (.setInterrupts, 20)])
    func aStructureIsAsLongAsItSays(call: IOControl, least: Int) {
        #expect(answer(call, KernelStructure(sized: least)) == ENOTTY)
        #expect(answer(call, KernelStructure(sized: least + 8)) == ENOTTY)
        #expect(answer(call, KernelStructure(sized: least - 1)) == EINVAL)
        var longer = KernelStructure(count: least)
        longer.store(UInt32(least + 1), at: 0)
        #expect(answer(call, longer) == EINVAL)
    }

    @Test func othersHaveOneLength() {
        #expect(answer(.setContainer, KernelStructure(count: 4)) == ENOTTY)
        #expect(answer(.setContainer, KernelStructure(count: 3)) == EINVAL)
        #expect(answer(.setTapInterface, KernelStructure(count: 39)) == EINVAL)
        #expect(answer(.getDevice, KernelStructure(text: "0000:03:00.0")) == ENOTTY)
        #expect(answer(.getDevice, KernelStructure(bytes: [48])) == EINVAL)
        #expect(answer(.getDevice, KernelStructure(bytes: [])) == EINVAL)
        #expect(answer(.getAPIVersion, KernelStructure(count: 4)) == EINVAL)
        #expect(throws: refused) { try IOControl.getRegionInfo(on: file, number: 0x1000) }
    }

    @Test(arguments: [(IOControl.mapDMA, 32, 8), (.mapIOAS, 40, 16)])
    func onlyAMappingIsMappedForADevice(call: IOControl, size: Int, place: Int) throws {
        let memory = try MappedMemory(FileDescriptor(inMemory: "test"), count: 4096)
        var structure = KernelStructure(sized: size)
        #expect(answer(call, structure) == EINVAL)
        #expect(answer(.getRegionInfo, KernelStructure(sized: 32), memory: memory) == EINVAL)
        structure.store(UInt64(0x1000), at: place)
        structure.store(UInt64.max, at: 24)
        #expect(throws: ErrorNumber(ENOTTY)) { try call(on: file, &structure, memory: memory) }
        #expect(structure.load(UInt64.self, at: place) == memory.number && structure.load(UInt64.self, at: 24) == 4096)
    }
}
