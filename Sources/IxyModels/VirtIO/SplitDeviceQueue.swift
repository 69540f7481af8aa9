import Ixy
import IxyHardware
import Synchronization

/// The device's end of a split virtqueue. (VirtIO 1.2 §2.7)
struct SplitDeviceQueue: DeviceQueue {
    var core: QueueCore
    /// Number of entries minus one.
    let mask: UInt16
    /// The next available entry to take, and the driver's index as it was last seen.
    var available: UInt16
    private(set) var availableEnd: UInt16
    /// The next used entry to write, and what the driver has been told of.
    var used: UInt16
    private(set) var published: UInt16
    /// The descriptors that the device has.
    var held: HeldMarks
    /// The next descriptor in a chain that the device has: the driver's memory is read only once.
    private var links: [UInt16]
    /// The descriptor that comes next if the driver uses them in order.
    var expectedHead: UInt16 = 0
    /// The number that a liar adds to the index, once.
    var falseIndex: UInt16 = 0
    /// The last buffer of a batch that one used entry stands for.
    var lastOfBatch: UInt16 = 0

    init(_ core: QueueCore, at position: VringPosition) {
        self.core = core
        mask = UInt16(truncatingIfNeeded: core.layout.size &- 1)
        available = position.available
        availableEnd = position.available
        used = position.used
        published = position.used
        held = HeldMarks(count: core.layout.size)
        links = [UInt16](repeating: 0, count: core.layout.size)
    }

    var position: VringPosition {
        VringPosition(available: available &- UInt16(core.stash.count), used: published)
    }

    var unpublished: Int { Int(used &- published) }

    /// Where used entry `index` is.
    func usedEntry(_ index: UInt16) -> UInt64 { core.layout.deviceArea &+ 4 &+ UInt64(index & mask) &* 8 }
    var usedIndexAddress: UInt64 { core.layout.deviceArea &+ 2 }
    private var availableEventAddress: UInt64 { core.layout.deviceArea &+ 4 &+ UInt64(core.layout.size) &* 8 }
    private var usedEventAddress: UInt64 { core.layout.driverArea &+ 4 &+ UInt64(core.layout.size) &* 2 }

    mutating func refresh(_ memory: inout DeviceMemory) {
        guard core.isLive else { return }
        guard let index = memory.rings.load16(at: core.layout.driverArea &+ 2) else {
            fault("the available ring", "2.7.6", &memory)
            return
        }
        let room = core.layout.size - Int(availableEnd &- published)
        let moved = index &- availableEnd
        if Int(moved) > room {
            let section = Int16(bitPattern: moved) < 0 ? "2.7.6.1" : "2.7.13.3"
            fail("available index moved from \(availableEnd) to \(index) with room for \(room) more", section, &memory)
            return
        }
        availableEnd = index
    }

    mutating func take(_ memory: inout DeviceMemory) -> DeviceChain? {
        while available != availableEnd {
            let entry = core.layout.driverArea &+ 4 &+ UInt64(available & mask) &* 2
            guard let head = memory.rings.load16(at: entry) else {
                fault("the available ring", "2.7.6", &memory)
                return nil
            }
            guard head <= mask else {
                fail("descriptor \(head) made available in a queue of \(core.layout.size)", "2.7.13.2", &memory)
                return nil
            }
            guard !held[Int(head)] else {
                fail("descriptor \(head) made available while the device has it", "2.7.13.1", &memory)
                return nil
            }
            guard let (address, word) = descriptor(head, &memory) else { return nil }
            available &+= 1
            core.taken += 1
            if core.isInOrder, head != expectedHead {
                memory.violate("queue \(core.index): descriptor \(head) used before \(expectedHead)", "2.7.5")
            }
            held.hold(Int(head))
            let flags = UInt16(truncatingIfNeeded: word >> 32)
            if flags & ~DescriptorFlags.write == 0 {
                expectedHead = (head &+ 1) & mask
                return DeviceChain(
                    id: head, address: address, count: Int(UInt32(truncatingIfNeeded: word)), isWritable: flags != 0)
            }
            if let chain = walk(from: head, address, word, &memory) { return chain }
        }
        return nil
    }

    /// The two words of a descriptor.
    @inline(__always)
    private mutating func descriptor(_ index: UInt16, _ memory: inout DeviceMemory) -> (UInt64, UInt64)? {
        let place = core.layout.descriptors &+ UInt64(index) &* 16
        guard let address = memory.rings.load64(at: place), let word = memory.rings.load64(at: place &+ 8) else {
            fault("the descriptor table", "2.7.5", &memory)
            return nil
        }
        return (address, word)
    }

    /// Follows a chain. One that breaks the rules is given back unused, and nil is returned.
    private mutating func walk(
        from head: UInt16, _ address: UInt64, _ word: UInt64, _ memory: inout DeviceMemory
    ) -> DeviceChain? {
        var builder = ChainBuilder(id: head, queue: core.index, limit: core.layout.size)
        var index = head, address = address, word = word
        while true {
            let flags = UInt16(truncatingIfNeeded: word >> 32)
            let count = Int(UInt32(truncatingIfNeeded: word))
            builder.checkSplit(flags, hasIndirect: core.hasIndirect, &memory)
            if flags & DescriptorFlags.indirect != 0 {
                addTable(address, count, to: &builder, &memory)
                break
            }
            builder.add(Segment(address: address, count: count), flags, &memory)
            guard flags & DescriptorFlags.next != 0 else { break }
            let next = UInt16(truncatingIfNeeded: word >> 48)
            guard next <= mask else {
                builder.reject("descriptor \(index) continues at \(next)", "2.7.5", &memory)
                break
            }
            guard !held[Int(next)] else {
                if isPart(next, ofThe: builder.chain.slots, from: head) {
                    builder.reject("the chain at descriptor \(head) is a loop", "2.7.5.2", &memory)
                } else {
                    builder.reject("descriptor \(next) is in two chains", "2.7.13.1", &memory)
                }
                break
            }
            if core.isInOrder, next != (index &+ 1) & mask {
                builder.note("descriptor \(index) is followed by \(next)", "2.7.5.2", &memory)
            }
            held.hold(Int(next))
            links[Int(index)] = next
            builder.chain.slots += 1
            index = next
            guard let words = descriptor(index, &memory) else { return nil }
            (address, word) = words
        }
        expectedHead = (index &+ 1) & mask
        if !builder.rest.isEmpty { core.rest[head] = builder.rest }
        if builder.isSound { return builder.chain }
        use(builder.chain, written: 0, &memory)
        return nil
    }

    /// Whether a descriptor is among those of a chain.
    private func isPart(_ descriptor: UInt16, ofThe slots: Int, from head: UInt16) -> Bool {
        var index = head
        for _ in 1..<slots where index != descriptor { index = links[Int(index)] }
        return index == descriptor
    }

    /// Follows an indirect table. (VirtIO 1.2 §2.7.5.3)
    private func addTable(
        _ address: UInt64, _ count: Int, to builder: inout ChainBuilder, _ memory: inout DeviceMemory
    ) {
        guard let entries = builder.tableEntries(count, "2.7.5.3", &memory) else { return }
        var number = 0
        for _ in 0..<entries {
            guard let entry = tableEntry(number, at: address, &memory) else {
                builder.reject("an indirect table is outside of mapped memory", "2.7.5.3", &memory)
                return
            }
            if entry.flags & DescriptorFlags.indirect != 0 {
                builder.reject("an indirect table in an indirect table", "2.7.5.3.1", &memory)
                return
            }
            builder.add(entry.segment, entry.flags, &memory)
            guard builder.isSound, entry.flags & DescriptorFlags.next != 0 else { return }
            guard entry.next < entries else {
                builder.reject("entry \(number) of an indirect table continues at \(entry.next)", "2.7.5.3", &memory)
                return
            }
            if core.isInOrder, entry.next != number + 1 {
                builder.note("entry \(number) of an indirect table is followed by \(entry.next)", "2.7.5.3.1", &memory)
            }
            number = entry.next
        }
        builder.reject("the indirect table of descriptor \(builder.chain.id) is a loop", "2.7.5.2", &memory)
    }

    mutating func use(_ chain: DeviceChain, written: Int, _ memory: inout DeviceMemory) {
        if core.usesInBatches {
            lastOfBatch = chain.id
        } else {
            writeUsed(used, chain.id, written, &memory)
            if core.witness != nil { core.testify(chain, written, slot: Int(used & mask)) }
        }
        used &+= 1
        release(chain)
    }

    private mutating func writeUsed(_ index: UInt16, _ id: UInt16, _ written: Int, _ memory: inout DeviceMemory) {
        let entry = usedEntry(index)
        if !memory.rings.store32(UInt32(id), at: entry)
            || !memory.rings.store32(UInt32(truncatingIfNeeded: written), at: entry &+ 4)
        {
            fault("the used ring", "2.7.8", &memory)
        }
    }

    /// The chain's descriptors are the driver's once it is told.
    @inline(__always)
    private mutating func release(_ chain: DeviceChain) {
        var index = Int(chain.id)
        held.use(index)
        guard chain.slots > 1 || chain.count > 2 else { return }
        for _ in 1..<chain.slots {
            index = Int(links[index])
            held.use(index)
        }
        core.rest[chain.id] = nil
    }

    mutating func publish(_ memory: inout DeviceMemory) -> Bool {
        guard used != published else { return false }
        if core.usesInBatches { writeUsed(published, lastOfBatch, 0, &memory) }
        if !memory.rings.store16(used &+ falseIndex, at: usedIndexAddress) { fault("the used ring", "2.7.8", &memory) }
        falseIndex = 0
        let old = published
        published = used
        held.publish()
        if core.hasEventIndex, !core.wantsKicks { setKicks(false, &memory) }
        // The driver does the same the other way round: tells what it wants to hear of, then looks at the index.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        return wantsInterrupt(since: old, &memory)
    }

    /// Whether the driver wants to hear of the used entries from `old` on. (VirtIO 1.2 §2.7.7)
    private mutating func wantsInterrupt(since old: UInt16, _ memory: inout DeviceMemory) -> Bool {
        guard let flags = memory.rings.load16(at: core.layout.driverArea) else {
            fault("the available ring", "2.7.6", &memory)
            return false
        }
        if flags > (core.hasEventIndex ? 0 : 1) {
            memory.violate("queue \(core.index): flags of the available ring set to \(flags)", "2.7.7.1")
        }
        guard core.hasEventIndex else { return flags & 1 == 0 }
        guard let event = memory.rings.load16(at: usedEventAddress) else {
            fault("used_event", "2.7.6", &memory)
            return false
        }
        return used &- event &- 1 < used &- old
    }

    mutating func setKicks(_ wanted: Bool, _ memory: inout DeviceMemory) {
        core.wantsKicks = wanted
        // One behind the next entry is as far away as it can be.
        let isMapped = core.hasEventIndex
            ? memory.rings.store16(wanted ? available : available &- 1, at: availableEventAddress)
            : memory.rings.store16(wanted ? 0 : 1, at: core.layout.deviceArea)
        if !isMapped { fault("the used ring", "2.7.8", &memory) }
    }
}
