/// A chain while its descriptors are read, and whether it keeps to the rules.
struct ChainBuilder {
    var chain: DeviceChain
    /// Segments from the third one on.
    private(set) var rest: [Segment] = []
    private(set) var isSound = true
    private let queue: Int
    /// The most segments: the queue's size.
    private let limit: Int

    init(id: UInt16, queue: Int, limit: Int) {
        chain = DeviceChain(id: id)
        self.queue = queue
        self.limit = limit
    }

    /// Records a violation after which the chain can still be worked on.
    func note(_ text: String, _ section: String, _ memory: inout DeviceMemory) {
        memory.violate("queue \(queue): \(text)", section)
    }

    mutating func reject(_ text: String, _ section: String, _ memory: inout DeviceMemory) {
        note(text, section, &memory)
        isSound = false
    }

    mutating func add(
        _ segment: Segment, _ flags: UInt16, isPacked: Bool = false, _ memory: inout DeviceMemory
    ) {
        guard isSound else { return }
        guard chain.count < limit else {
            reject("a chain is longer than the queue of \(limit)", isPacked ? "2.8.17" : "2.7.5.3.1", &memory)
            return
        }
        let isWritable = flags & DescriptorFlags.write != 0
        if !chain.append(segment, isWritable: isWritable, rest: &rest) {
            reject("memory to read comes after memory to write", isPacked ? "2.8.17" : "2.7.4.2", &memory)
        }
        if chain.readable + chain.writable > 1 << 32 {
            reject("a chain of more than 2^32 bytes", isPacked ? "2.8.17" : "2.7.5.2", &memory)
        }
    }

    /// The flags of a descriptor in a split queue's table.
    mutating func checkSplit(_ flags: UInt16, hasIndirect: Bool, _ memory: inout DeviceMemory) {
        if flags & ~7 != 0 { note("a descriptor with reserved flags \(hex(Int(flags)))", "2.7.5", &memory) }
        guard flags & DescriptorFlags.indirect != 0 else { return }
        if !hasIndirect {
            reject("an indirect table, which was not negotiated", "2.7.5.3.1", &memory)
        } else if flags & DescriptorFlags.next != 0 {
            reject("an indirect descriptor that continues", "2.7.5.3.1", &memory)
        }
    }

    /// The flags of a descriptor in a packed ring, less those that say whose it is.
    mutating func checkPacked(_ flags: UInt16, hasIndirect: Bool, isFirst: Bool, _ memory: inout DeviceMemory) {
        if flags & ~7 != 0 { note("a descriptor with reserved flags \(hex(Int(flags)))", "2.8.13", &memory) }
        guard flags & DescriptorFlags.indirect != 0 else { return }
        if !hasIndirect {
            reject("an indirect table, which was not negotiated", "2.8.19", &memory)
        } else if flags & DescriptorFlags.next != 0 || !isFirst {
            reject("an indirect descriptor in a list", "2.8.19", &memory)
        }
    }

    /// How many entries a table of `count` bytes has; nil if it cannot be used, or need not because the chain is broken.
    mutating func tableEntries(_ count: Int, _ section: String, _ memory: inout DeviceMemory) -> Int? {
        guard isSound else { return nil }
        guard count > 0, count % 16 == 0 else {
            reject("an indirect table of \(count) bytes", section, &memory)
            return nil
        }
        return count / 16
    }
}
