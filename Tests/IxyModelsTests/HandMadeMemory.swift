import IxyHardware
import IxyModels

/// A driver's memory, written word by word: rings in the first half, buffers of 4 KiB in the second.
///
/// Nothing here knows of the driver or of the model: layouts are those of the specification.
final class HandMadeMemory {
    let space = IOAddressSpace()
    let base: UInt64
    private let memory: DMAMemory
    private var port: DMAPort

    init() throws {
        memory = try DMAMemory(count: 0x40000, pages: .small, mapper: space)
        base = memory.pageAddresses[0]
        port = DMAPort(space)
    }

    /// The address of buffer `number`.
    func buffer(_ number: Int) -> UInt64 { base + 0x20000 + UInt64(number) * 0x1000 }

    func get16(_ address: UInt64) -> UInt16 { port.load16(at: address)! }
    func get32(_ address: UInt64) -> UInt32 { port.load32(at: address)! }
    func get64(_ address: UInt64) -> UInt64 { port.load64(at: address)! }

    func put16(_ value: UInt16, _ address: UInt64) {
        let isMapped = port.store16(value, at: address)
        precondition(isMapped)
    }

    func put32(_ value: UInt32, _ address: UInt64) {
        let isMapped = port.store32(value, at: address)
        precondition(isMapped)
    }

    func put64(_ value: UInt64, _ address: UInt64) {
        let isMapped = port.store64(value, at: address)
        precondition(isMapped)
    }

    func bytes(_ address: UInt64, _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let isMapped = port.read(at: address, count: count, into: &bytes)
        precondition(isMapped)
        return bytes
    }

    func put(_ bytes: [UInt8], _ address: UInt64) {
        let isMapped = port.copyIn(bytes.span.rawBytes, to: address)
        precondition(isMapped)
    }

    /// A descriptor of either layout: `last` is `next` in a split table and the flags in a packed ring, and `third` is the
    /// other one.
    func putDescriptor(_ place: UInt64, _ address: UInt64, _ count: Int, _ third: UInt16, _ last: UInt16) {
        put64(address, place)
        put32(UInt32(count), place + 8)
        put16(third, place + 12)
        put16(last, place + 14)
    }
}
