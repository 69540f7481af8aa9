// harmless
import Ixy
import IxyHardware
import IxyModels

/// A port, and a ring that it has found, outlive the memory's owner.
func portOutlivesMemory() throws {
    let space = IOAddressSpace()
    var port = DMAPort(space)
    var ring: DeviceRing?
    do {
        let memory = try DMAMemory(count: 65536, pages: .small, mapper: space)
        ring = port.ring(at: memory.pageAddresses[0], count: 256)
        _ = port.store64(1, at: memory.pageAddresses[1])
    }
    ring?.store(7, 1, of: 255)
    expect(ring?.load(1, of: 255) == 7, "the ring is gone")
    expect(port.load64(at: IOAddressSpace.firstAddress) == nil, "the port reaches what is not mapped")
}
