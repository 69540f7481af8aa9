public import Synchronization

/// A word that two threads share: reading acquires, and writing releases. An `Atomic`, or in a test a word that waits for its turn, so
/// that every order of what two threads do to it can be tried.
@usableFromInline
package protocol SharedWord: ~Copyable, Sendable {
    init(_ value: UInt32)
    func load() -> UInt32
    func store(_ value: UInt32)
    /// Adds one; the largest number is followed by 0.
    func increment()
    /// Makes it 0, and returns what it was.
    func take() -> UInt32
}

extension Atomic: SharedWord where Value == UInt32 {
    @inlinable @inline(__always)
    package func load() -> UInt32 { load(ordering: .acquiring) }
    @usableFromInline
    package func store(_ value: UInt32) { store(value, ordering: .releasing) }
    @usableFromInline
    package func increment() { wrappingAdd(1, ordering: .acquiringAndReleasing) }
    @usableFromInline
    package func take() -> UInt32 { exchange(0, ordering: .acquiringAndReleasing) }
}
