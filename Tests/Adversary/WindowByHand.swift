// refused: cannot find 'MemoryWindow' in scope
import IxyHardware
import IxyModels

/// Words of memory outlive it.
func keep(_ memory: MappedMemory) -> UInt64 {
    MemoryWindow(memory, count: 8).words64(at: 0, count: 1)[0].load(ordering: .relaxed)
}
