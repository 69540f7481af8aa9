/// Where a transmit queue puts the buffers of packets that are sent, 64 at a time.
///
/// It adopts the pool of the first packet it sees; buffers of other pools go home one by one.
@safe @frozen
public struct BufferSink: ~Copyable, Sendable {
    /// The pool that is adopted, or nil.
    @usableFromInline
    nonisolated(unsafe) var core: UnsafeMutablePointer<PoolCore>?
    @usableFromInline
    nonisolated(unsafe) var granules: UnsafeMutablePointer<UInt32>?
    @usableFromInline
    var count: Int
    @usableFromInline
    var magazine: Int

    @usableFromInline
    init() {
        unsafe core = nil
        unsafe granules = nil
        count = 0
        magazine = -1
    }

    deinit {
        guard let core = unsafe core else { return }
        unsafe BufferSink.hand(magazine, count: count, to: core)
        unsafe PoolCore.release(core)
    }

    /// Adopts a pool. Its buffers can then be accepted.
    @usableFromInline
    mutating func adopt(_ pool: UnsafeMutablePointer<PoolCore>) {
        unsafe PoolCore.retain(pool)
        unsafe core = pool
    }

    /// Takes over `granuleCount` buffers of the adopted pool.
    @inlinable
    mutating func accept(_ buffers: UnsafeMutablePointer<UInt32>, count granuleCount: Int) {
        guard let target = unsafe granules, count &+ granuleCount <= 64 else {
            unsafe acceptSlowly(buffers, count: granuleCount)
            return
        }
        // Sound: the magazine has room for 64 and holds `count`.
        unsafe (target + count).update(from: buffers, count: granuleCount)
        count &+= granuleCount
    }

    @inline(never) @usableFromInline
    mutating func acceptSlowly(_ buffers: UnsafeMutablePointer<UInt32>, count granuleCount: Int) {
        guard let core = unsafe core else { return }
        var index = 0
        while index < granuleCount {
            if unsafe granules == nil || count == Magazine.capacity { unsafe exchangeMagazine(core) }
            if let target = unsafe granules {
                let part = min(granuleCount - index, Magazine.capacity - count)
                // Sound: the magazine has room for `part` more, and `buffers` holds `granuleCount`.
                unsafe (target + count).update(from: buffers + index, count: part)
                count += part
                index += part
            } else {
                unsafe PoolCore.giveBack(buffers[index], to: core)
                index += 1
            }
        }
    }

    /// Hands in the magazine and gets an empty one, if there is any.
    private mutating func exchangeMagazine(_ core: UnsafeMutablePointer<PoolCore>) {
        unsafe BufferSink.hand(magazine, count: count, to: core)
        count = 0
        // Of a small pool, what waits here for a magazine to fill could be all there is.
        guard unsafe core.pointee.capacity >= 4 * Magazine.capacity, let empty = unsafe PoolCore.pop(from: .empty, of: core) else {
            magazine = -1
            unsafe granules = nil
            return
        }
        magazine = empty
        // Sound: the magazine's 64 places, inside the allocation.
        unsafe granules = core.pointee.granules + empty * Magazine.capacity
    }

    private static func hand(_ magazine: Int, count: Int, to core: UnsafeMutablePointer<PoolCore>) {
        guard magazine >= 0 else { return }
        unsafe core.pointee.magazines[magazine].count = UInt32(count)
        unsafe PoolCore.push(magazine, on: count == 0 ? .empty : .full, of: core)
    }
}
