package import IxySystem
public import Synchronization

/// A doorbell: the tail register of one ring, in mapped memory.
///
/// A store to it is one instruction. It keeps the mapping that it points into alive.
@safe @usableFromInline
package struct TailRegister: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let register: UnsafeMutablePointer<Atomic<UInt32>>
    private let mapping: MappedMemory

    /// The 32-bit word at `offset` of `mapping`, which traps unless it lies inside and is aligned.
    package init(in mapping: MappedMemory, at offset: Int) {
        precondition(mapping.contains(offset: offset, size: 4) && offset % 4 == 0, "tail register outside of its BAR")
        // Sound: in bounds and aligned as just checked; `mapping` lives as long as this value.
        unsafe register = (mapping.base + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
        self.mapping = mapping
    }

    /// Tells the device. Every store to the ring before this call is visible to the device first.
    @inlinable
    package func write(_ value: UInt32) {
        // Sound: see `init`. Releasing: the descriptors must be in memory before the doorbell rings.
        unsafe register.pointee.store(value, ordering: .releasing)
    }
}
