import Ixy
import IxyHardware
import Synchronization

/// The device's end of a packed virtqueue. (VirtIO 1.2 §2.8)
struct PackedDeviceQueue: DeviceQueue {
    /// A place in the ring, with the wrap counter of whoever is there.
    struct Place: Equatable {
        var slot: Int
        var wrap: Bool

        init(slot: Int, wrap: Bool) {
            self.slot = slot
            self.wrap = wrap
        }

        /// From the form that event suppression structures and vhost-user give it.
        init(_ word: UInt16) {
            slot = Int(word & 0x7FFF)
            wrap = word >> 15 == 1
        }

        var word: UInt16 { UInt16(slot) | (wrap ? 1 << 15 : 0) }

        @inline(__always)
        mutating func advance(by count: Int, size: Int) {
            slot += count
            if slot >= size {
                slot -= size
                wrap.toggle()
            }
        }

        /// How many slots `other` is ahead, if not more than the ring has twice.
        func distance(to other: Place, size: Int) -> Int {
            let here = slot + (wrap ? 0 : size), there = other.slot + (other.wrap ? 0 : size)
            return there >= here ? there - here : there - here + 2 * size
        }
    }

    var core: QueueCore
    let size: Int
    /// The next descriptor to take.
    var available: Place
    /// Where the next used descriptor goes, and the first one that the driver has not been told of.
    var used: Place
    private(set) var published: Place
    /// Slots of buffers that the device has.
    private(set) var heldSlots = 0
    /// The buffer ids that the device has.
    var held: HeldMarks
    /// The first used descriptor since `published`: written last, so that the driver sees all or none.
    var deferred: (place: UInt64, word: UInt64)?

    /// The bits that make a descriptor available or used.
    static let marks = DescriptorFlags.available | DescriptorFlags.used

    init(_ core: QueueCore, at position: VringPosition) {
        self.core = core
        size = core.layout.size
        // A driver may number its buffers as it likes. (VirtIO 1.2 §2.8.13)
        held = HeldMarks(count: 1 << 16)
        available = Place(position.available)
        used = Place(position.used)
        published = used
    }

    var position: VringPosition {
        var first = available
        for chain in core.stash {
            if first.slot < chain.slots {
                first.slot += size
                first.wrap.toggle()
            }
            first.slot -= chain.slots
        }
        return VringPosition(available: first.word, used: published.word)
    }

    var unpublished = 0

    /// Where the second word of a descriptor is: length, id and flags.
    func word(_ slot: Int) -> UInt64 { core.layout.descriptors &+ UInt64(slot) &* 16 &+ 8 }

    /// A packed ring has no index: each descriptor says whether it is available.
    mutating func refresh(_: inout DeviceMemory) {}

    /// Whether a descriptor with `flags` at `place` has been made available by the driver.
    @inline(__always)
    private func isAvailable(_ flags: UInt16, at place: Place) -> Bool {
        flags & PackedDeviceQueue.marks == (place.wrap ? DescriptorFlags.available : DescriptorFlags.used)
    }

    mutating func take(_ memory: inout DeviceMemory) -> DeviceChain? {
        while true {
            // Length, id and flags are one word, which is read once.
            guard let word = memory.rings.load64(at: word(available.slot)) else {
                fault("the descriptor ring", "2.8.13", &memory)
                return nil
            }
            let flags = UInt16(word >> 48)
            guard isAvailable(flags, at: available) else { return nil }
            guard heldSlots + unpublished < size else {
                fail("descriptor \(available.slot) changed while the device has it", "2.8.16", &memory)
                return nil
            }
            guard let address = memory.rings.load64(at: self.word(available.slot) &- 8) else {
                fault("the descriptor ring", "2.8.13", &memory)
                return nil
            }
            let chain: DeviceChain?
            if flags & ~(PackedDeviceQueue.marks | DescriptorFlags.write) == 0 {
                let id = UInt16(truncatingIfNeeded: word >> 32)
                available.advance(by: 1, size: size)
                chain = DeviceChain(
                    id: id, address: address, count: Int(UInt32(truncatingIfNeeded: word)),
                    isWritable: flags & DescriptorFlags.write != 0)
                guard hold(id, slots: 1, &memory) else { return nil }
            } else {
                chain = walk(address, word, &memory)
            }
            if let chain { return chain }
            guard core.isLive else { return nil }
        }
    }

    /// The device has a buffer now. False if it already had one of that name.
    @inline(__always)
    private mutating func hold(_ id: UInt16, slots: Int, _ memory: inout DeviceMemory) -> Bool {
        guard !held[Int(id)] else {
            fail("buffer id \(id) made available while the device has it", "2.8.21.1", &memory)
            return false
        }
        held.hold(Int(id))
        heldSlots += slots
        core.taken += 1
        return true
    }

    /// Reads a list of descriptors, or one with an indirect table. A list that breaks the rules is given back unused, and
    /// nil is returned.
    private mutating func walk(_ address: UInt64, _ word: UInt64, _ memory: inout DeviceMemory) -> DeviceChain? {
        var place = available
        var builder = ChainBuilder(id: 0, queue: core.index, limit: size)
        var address = address, word = word
        var slots = 1
        while true {
            let flags = UInt16(word >> 48) & ~PackedDeviceQueue.marks
            let count = Int(UInt32(truncatingIfNeeded: word))
            builder.checkPacked(flags, hasIndirect: core.hasIndirect, isFirst: slots == 1, &memory)
            if flags & DescriptorFlags.indirect != 0 {
                addTable(address, count, to: &builder, &memory)
            } else {
                builder.add(Segment(address: address, count: count), flags, isPacked: true, &memory)
            }
            place.advance(by: 1, size: size)
            guard flags & DescriptorFlags.next != 0 else { break }
            guard slots + heldSlots + unpublished < size else {
                fail("a list of more descriptors than there is room for", "2.8.17", &memory)
                return nil
            }
            guard let second = memory.rings.load64(at: self.word(place.slot)),
                let first = memory.rings.load64(at: self.word(place.slot) &- 8)
            else {
                fault("the descriptor ring", "2.8.13", &memory)
                return nil
            }
            if !isAvailable(UInt16(second >> 48), at: place) {
                builder.note("descriptor \(place.slot) of a list is not marked as available", "2.8.6", &memory)
            }
            (address, word) = (first, second)
            slots += 1
        }
        // The last descriptor names the buffer. (VirtIO 1.2 §2.8.6)
        let id = UInt16(truncatingIfNeeded: word >> 32)
        available = place
        guard hold(id, slots: slots, &memory) else { return nil }
        var chain = builder.chain
        chain.id = id
        chain.slots = slots
        if !builder.rest.isEmpty { core.rest[id] = builder.rest }
        if builder.isSound { return chain }
        use(chain, written: 0, &memory)
        return nil
    }

    /// Reads an indirect table: all of its entries, in order. (VirtIO 1.2 §2.8.7)
    private func addTable(
        _ address: UInt64, _ count: Int, to builder: inout ChainBuilder, _ memory: inout DeviceMemory
    ) {
        guard let entries = builder.tableEntries(count, "2.8.7", &memory) else { return }
        for number in 0..<entries {
            guard let entry = tableEntry(number, at: address, &memory) else {
                builder.reject("an indirect table is outside of mapped memory", "2.8.7", &memory)
                return
            }
            // The id comes before the flags here.
            let flags = UInt16(entry.next)
            if flags & ~DescriptorFlags.write != 0 {
                builder.note("an entry of an indirect table with flags \(hex(Int(flags)))", "2.8.19", &memory)
            }
            builder.add(entry.segment, flags, isPacked: true, &memory)
            guard builder.isSound else { return }
        }
    }

    mutating func use(_ chain: DeviceChain, written: Int, _ memory: inout DeviceMemory) {
        let marks = used.wrap ? PackedDeviceQueue.marks : 0
        let flags = marks | (written > 0 ? DescriptorFlags.write : 0)
        let place = word(used.slot)
        let word = UInt64(UInt32(truncatingIfNeeded: written)) | UInt64(chain.id) << 32 | UInt64(flags) << 48
        if unpublished == 0 {
            deferred = (place, word)
        } else if core.usesInBatches, let first = deferred {
            // The first slot of the batch names the last buffer in it. (VirtIO 1.2 §2.8.8)
            deferred = (first.place, first.word & ~(0xFFFF << 32) | UInt64(chain.id) << 32)
        } else if !memory.rings.store64(word, at: place) {
            fault("the descriptor ring", "2.8.13", &memory)
        }
        if core.witness != nil, !core.usesInBatches { core.testify(chain, written, slot: used.slot) }
        used.advance(by: chain.slots, size: size)
        unpublished += chain.slots
        heldSlots -= chain.slots
        held.use(Int(chain.id))
        if chain.count > 2 { core.rest[chain.id] = nil }
    }

    mutating func publish(_ memory: inout DeviceMemory) -> Bool {
        guard let (place, word) = deferred else { return false }
        deferred = nil
        if !memory.rings.store64(word, at: place) { fault("the descriptor ring", "2.8.13", &memory) }
        let old = published
        let count = unpublished
        published = used
        unpublished = 0
        held.publish()
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        return wantsInterrupt(since: old, count, &memory)
    }

    /// Whether the driver wants to hear of the `count` slots from `old` on. (VirtIO 1.2 §2.8.10)
    private mutating func wantsInterrupt(since old: Place, _ count: Int, _ memory: inout DeviceMemory) -> Bool {
        guard let event = memory.rings.load32(at: core.layout.driverArea) else {
            fault("the driver's event suppression", "2.8.14", &memory)
            return false
        }
        if event >> 18 != 0 {
            memory.violate("queue \(core.index): reserved bits of the driver's event suppression are set", "2.8.14")
        }
        switch event >> 16 & 3 {
        case 0:
            return true
        case 1:
            return false
        case 2 where core.hasEventIndex && event & 0x7FFF < UInt32(size):
            return old.distance(to: Place(UInt16(truncatingIfNeeded: event)), size: size) < count
        default:
            memory.violate("queue \(core.index): driver's event suppression set to \(hex(Int(event)))", "2.8.10")
            return true
        }
    }

    mutating func setKicks(_ wanted: Bool, _ memory: inout DeviceMemory) {
        core.wantsKicks = wanted
        let mode: UInt32 = wanted ? (core.hasEventIndex ? 2 : 0) : 1
        if !memory.rings.store32(mode << 16 | UInt32(available.word), at: core.layout.deviceArea) {
            fault("the device's event suppression", "2.8.14", &memory)
        }
    }
}
