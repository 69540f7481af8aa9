// says: Safe code tells the card of any memory at all: a descriptor's address is a number that can be stored.
import IxyHardware
import IxyModels

func anyNumberIsAnAddress() throws {
    var arena = DMAArena(try DMAMemory(count: 4096, pages: .small, mapper: IOAddressSpace()))
    let ring = try DescriptorRing(count: 8, in: &arena)
    ring.store(0x1234_5000, 0, of: 0)
    if ring.load(0, of: 0) == 0x1234_5000 { print("SHOWN") }
}
