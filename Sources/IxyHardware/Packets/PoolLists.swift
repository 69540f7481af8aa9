import Synchronization

/// The lock-free lists of a pool.
extension PoolCore {
    private static func head(_ stack: Stack, _ core: UnsafeMutablePointer<PoolCore>) -> UnsafeMutablePointer<Atomic<UInt64>> {
        // Sound: `shared` is initialised and lives as long as the core; an address inside of it stays valid.
        switch stack {
        case .full: unsafe UnsafeMutableRawPointer(core.pointee.shared).assumingMemoryBound(to: Atomic<UInt64>.self)
        case .empty:
            unsafe (UnsafeMutableRawPointer(core.pointee.shared) + 64).assumingMemoryBound(to: Atomic<UInt64>.self)
        }
    }

    /// Puts the magazine `index` on a stack. The caller owns the magazine until then.
    static func push(_ index: Int, on stack: Stack, of core: UnsafeMutablePointer<PoolCore>) {
        let head = unsafe head(stack, core)
        // Sound: `index` is one that `pop` returned or `create` made, so it is below `magazineCount`.
        let magazine = unsafe core.pointee.magazines + index
        var old = unsafe head.pointee.load(ordering: .relaxed)
        while true {
            unsafe magazine.pointee.next.store(UInt32(truncatingIfNeeded: old), ordering: .relaxed)
            let new = (old >> 32 &+ 1) << 32 | UInt64(index + 1)
            let result = unsafe head.pointee.compareExchange(
                expected: old, desired: new, successOrdering: .releasing, failureOrdering: .relaxed)
            if result.exchanged { return }
            old = result.original
        }
    }

    /// Takes the top magazine of a stack, which the caller then owns.
    static func pop(from stack: Stack, of core: UnsafeMutablePointer<PoolCore>) -> Int? {
        let head = unsafe head(stack, core)
        var old = unsafe head.pointee.load(ordering: .acquiring)
        while true {
            let top = Int(truncatingIfNeeded: old & 0xFFFF_FFFF)
            guard top != 0 else { return nil }
            // Sound: magazines are never freed while the core lives, so even a stale `top` may be looked at; the
            // count in the high half makes the exchange fail if anyone took it meanwhile.
            let next = unsafe core.pointee.magazines[top - 1].next.load(ordering: .relaxed)
            let new = (old >> 32 &+ 1) << 32 | UInt64(next)
            let result = unsafe head.pointee.compareExchange(
                expected: old, desired: new, successOrdering: .acquiring, failureOrdering: .acquiring)
            if result.exchanged { return top - 1 }
            old = result.original
        }
    }

    /// Returns one buffer from any thread.
    @usableFromInline
    static func giveBack(_ granule: UInt32, to core: UnsafeMutablePointer<PoolCore>) {
        unsafe giveBackChain(first: granule, last: granule, count: 1, to: core)
    }

    /// The place of a buffer's link.
    static func link(of granule: UInt32, _ core: UnsafeMutablePointer<PoolCore>) -> UnsafeMutablePointer<UInt32> {
        // Sound: granules come from this pool's own layout, and `links` has an entry for each.
        unsafe core.pointee.links + Int(granule) / core.pointee.granulesPerBuffer
    }

    /// Returns `count` buffers that are linked from `first` to `last`; the caller owns all of them.
    static func giveBackChain(first: UInt32, last: UInt32, count: Int, to core: UnsafeMutablePointer<PoolCore>) {
        let head = unsafe core.pointee.shared
        var old = unsafe head.pointee.returned.load(ordering: .relaxed)
        while true {
            if old & orphaned != 0 {
                unsafe account(count, of: core)
                return
            }
            unsafe link(of: last, core).pointee = UInt32(truncatingIfNeeded: old)
            let result = unsafe head.pointee.returned.compareExchange(
                expected: old, desired: UInt64(first) + 1, successOrdering: .releasing, failureOrdering: .relaxed)
            if result.exchanged { return }
            old = result.original
        }
    }

    /// Moves all of the `returned` list into magazines. The first buffers go into `magazine`, which the caller owns
    /// and which is empty; what has no magazine goes back on the list.
    ///
    /// - Returns: how many buffers `magazine` holds now.
    static func collectReturned(into magazine: Int, of core: UnsafeMutablePointer<PoolCore>) -> Int {
        // Taking the whole list at once is immune to ABA. A holder calls this, so the pool is not orphaned.
        var next = unsafe UInt32(truncatingIfNeeded: core.pointee.shared.pointee.returned.exchange(0, ordering: .acquiring))
        var target: Int? = magazine
        var filled = 0
        while next != 0 {
            let granule = next - 1
            next = unsafe link(of: granule, core).pointee
            guard let current = target else {
                unsafe giveBack(granule, to: core)
                continue
            }
            // Sound: the magazine is ours, and `count` is below 64 as it is handed on when it gets there.
            let count = unsafe Int(core.pointee.magazines[current].count)
            unsafe core.pointee.granules[current * Magazine.capacity + count] = granule
            unsafe core.pointee.magazines[current].count = UInt32(count + 1)
            if current == magazine { filled += 1 }
            if count + 1 == Magazine.capacity {
                if current != magazine { unsafe push(current, on: .full, of: core) }
                target = unsafe pop(from: .empty, of: core)
            }
        }
        if let target, target != magazine {
            let isEmpty = unsafe core.pointee.magazines[target].count == 0
            unsafe push(target, on: isEmpty ? .empty : .full, of: core)
        }
        return filled
    }

    /// Number of buffers that are in magazines on the stack or on the `returned` list. Exact only while nobody else
    /// uses the pool.
    static func countFree(of core: UnsafeMutablePointer<PoolCore>) -> Int {
        var total = 0
        var index = unsafe Int(truncatingIfNeeded: head(.full, core).pointee.load(ordering: .acquiring) & 0xFFFF_FFFF)
        while index != 0 {
            total += unsafe Int(core.pointee.magazines[index - 1].count)
            index = unsafe Int(core.pointee.magazines[index - 1].next.load(ordering: .relaxed))
        }
        var next = unsafe UInt32(
            truncatingIfNeeded: core.pointee.shared.pointee.returned.load(ordering: .acquiring))
        while next != 0 {
            total += 1
            next = unsafe link(of: next - 1, core).pointee
        }
        return total
    }
}

/// The end of a pool.
extension PoolCore {
    static func retain(_ core: UnsafeMutablePointer<PoolCore>) {
        unsafe core.pointee.shared.pointee.holders.wrappingAdd(1, ordering: .relaxed)
    }

    /// A handle or queue lets go. With the last one the pool is orphaned: packets that are still out return to
    /// nobody, and the last of them frees the memory.
    static func release(_ core: UnsafeMutablePointer<PoolCore>) {
        let left = unsafe core.pointee.shared.pointee.holders.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        guard left.newValue == 0 else { return }
        // Count what is in the magazines first: nobody can change them any more.
        let inMagazines = unsafe countMagazines(of: core)
        var next = unsafe UInt32(
            truncatingIfNeeded: core.pointee.shared.pointee.returned.exchange(orphaned, ordering: .acquiringAndReleasing))
        var home = inMagazines
        while next != 0 {
            home += 1
            next = unsafe link(of: next - 1, core).pointee
        }
        unsafe account(home, of: core)
    }

    private static func countMagazines(of core: UnsafeMutablePointer<PoolCore>) -> Int {
        var total = 0
        for index in 0..<(unsafe core.pointee.magazineCount) {
            total += unsafe Int(core.pointee.magazines[index].count)
        }
        return total
    }

    /// Notes that `count` buffers of an orphaned pool are home; whoever brings the last one frees everything.
    /// Out of line, so that the hot path's functions hold no code that frees.
    @inline(never)
    private static func account(_ count: Int, of core: UnsafeMutablePointer<PoolCore>) {
        let left = unsafe core.pointee.shared.pointee.missing.wrappingSubtract(
            count, ordering: .acquiringAndReleasing)
        guard left.newValue == 0 else { return }
        // Sound: no holder and no packet is left, so this thread is the only one that knows the core.
        unsafe core.pointee.deviceDeltas.deallocate()
        unsafe core.pointee.links.deallocate()
        unsafe core.pointee.offloads?.deallocate()
        unsafe core.pointee.granules.deallocate()
        unsafe core.pointee.magazines.deinitialize(count: core.pointee.magazineCount).deallocate()
        unsafe core.pointee.shared.deinitialize(count: 1).deallocate()
        unsafe core.deinitialize(count: 1).deallocate()
    }
}
