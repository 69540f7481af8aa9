/// Free buffers of one pool for one receive queue (or for the pool's own handle), taken 64 at a time.
@safe @frozen
public struct BufferSource: ~Copyable, Sendable {
    @usableFromInline
    nonisolated(unsafe) let core: UnsafeMutablePointer<PoolCore>
    /// The first of the granules that are left in our magazine; meaningless while none is.
    @usableFromInline
    nonisolated(unsafe) var granules: UnsafeMutablePointer<UInt32>
    /// Buffers left in our magazine.
    @usableFromInline
    var left: Int
    /// The magazine, or -1.
    @usableFromInline
    var magazine: Int

    init(_ core: UnsafeMutablePointer<PoolCore>) {
        unsafe PoolCore.retain(core)
        unsafe self.core = core
        // Sound: not read while `left` is 0.
        unsafe granules = core.pointee.links
        left = 0
        magazine = -1
    }

    deinit {
        if magazine >= 0 {
            // Sound: a magazine's buffers stand at its beginning, in whichever order; both ranges are inside of it.
            unsafe (core.pointee.granules + magazine * Magazine.capacity).update(from: granules, count: left)
            unsafe core.pointee.magazines[magazine].count = UInt32(left)
            unsafe PoolCore.push(magazine, on: left == 0 ? .empty : .full, of: core)
        }
        unsafe PoolCore.release(core)
    }

    /// Buffers that can be taken without asking the pool.
    var count: Int { left }

    /// Takes a buffer. The caller owns it then.
    @inlinable @inline(__always)
    mutating func take() -> UInt32? {
        if left == 0 {
            guard reload() else { return nil }
        }
        // Sound: `left` was 1 to 64, and so many buffers stand there, which are all ours.
        let granule = unsafe granules.pointee
        unsafe granules += 1
        left &-= 1
        return granule
    }

    /// The `count` next buffers were taken. Unsafe: there were so many, and the caller owns them now.
    @unsafe @inlinable @inline(__always)
    mutating func advance(_ count: Int) {
        unsafe granules += count
        left &-= count
    }

    /// Gets a magazine with buffers. Called once in 64 packets.
    @inline(never) @usableFromInline
    mutating func reload() -> Bool {
        if let full = unsafe PoolCore.pop(from: .full, of: core) {
            if magazine >= 0 {
                unsafe core.pointee.magazines[magazine].count = 0
                unsafe PoolCore.push(magazine, on: .empty, of: core)
            }
            unsafe use(full, count: Int(core.pointee.magazines[full].count))
            return left > 0
        }
        if magazine < 0 {
            guard let empty = unsafe PoolCore.pop(from: .empty, of: core) else { return false }
            use(empty, count: 0)
        }
        unsafe core.pointee.magazines[magazine].count = 0
        use(magazine, count: unsafe PoolCore.collectReturned(into: magazine, of: core))
        return left > 0
    }

    private mutating func use(_ index: Int, count: Int) {
        magazine = index
        left = count
        // Sound: the magazine's 64 places, inside the allocation.
        unsafe granules = core.pointee.granules + index * Magazine.capacity
    }
}
