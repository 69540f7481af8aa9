import Glibc
import IxySystem

// For guarded pools: whether bytes can be reached, and whether somebody has changed them.
extension MappedMemory {
    /// Takes the pages of `range` away, or gives them back. Traps unless these are whole pages inside.
    func protect(_ range: Range<Int>, isAccessible: Bool) {
        precondition(contains(offset: range.lowerBound, size: range.count) && range.lowerBound % 4096 == 0 && range.count % 4096 == 0)
        // Sound: pages of this mapping, which nobody but the caller uses. An access to them ends the program meanwhile.
        let result = unsafe mprotect(base + range.lowerBound, range.count, isAccessible ? PROT_READ | PROT_WRITE : PROT_NONE)
        precondition(result == 0, "mprotect failed")
    }

    func fill(_ range: Range<Int>, with byte: UInt8) {
        precondition(contains(offset: range.lowerBound, size: range.count))
        // Sound: inside of the mapping.
        unsafe (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: byte, count: range.count)
    }

    func isFilled(_ range: Range<Int>, with byte: UInt8) -> Bool {
        precondition(contains(offset: range.lowerBound, size: range.count))
        // Sound: inside of the mapping, whose bytes are all initialized.
        return unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count).allSatisfy { $0 == byte }
    }
}
