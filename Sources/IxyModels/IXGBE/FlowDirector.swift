import Ixy
import IxyHardware

/// The filters that give single flows a queue, in memory taken from the packet buffer. (82599 §7.1.2.7)
///
/// In perfect-match mode a filter has all of a flow's fields, and is found by the hash that software has computed of them;
/// in signature mode two hashes are all that is known.
struct FlowDirector {
    private var filters: [FlowFilter] = []
    private var masks = FlowMasks()
    private var isPerfect = false
    private var reportsMatch = false
    private var bucketKey: UInt32 = 0
    private var signatureKey: UInt32 = 0
    private(set) var matches = 0
    private(set) var misses = 0

    /// FLM, in the second word of the write-back.
    private static let matched: UInt64 = 1 << 2
    /// There are 8192 buckets at most for filters that match perfectly.
    static let bucketMask: UInt32 = 0x1FFF

    /// Takes what the registers say of comparing.
    mutating func refresh(_ registers: RegisterFile) {
        typealias R = IXGBERegisters
        masks = FlowMasks(registers)
        isPerfect = registers.isSet(R.FDIRCTRL.perfect)
        reportsMatch = registers.isSet(R.FDIRCTRL.reportsMatch)
        bucketKey = registers[R.FDIRHKEY.offset(0)]
        signatureKey = registers[R.FDIRSKEY.offset(0)]
    }

    mutating func removeAll() {
        filters.removeAll()
        matches = 0
        misses = 0
    }

    /// The counts since the last call.
    mutating func takeCounts() -> (matches: Int, misses: Int) {
        defer { (matches, misses) = (0, 0) }
        return (matches, misses)
    }

    var count: Int { filters.count }
    /// Filters in the longest bucket.
    var longestBucket: Int { Dictionary(grouping: filters, by: \.bucket).values.map(\.count).max() ?? 0 }

    /// Adds a filter, or changes the one of that name. True if it is a new one.
    mutating func add(_ filter: FlowFilter) -> Bool {
        if let index = filters.firstIndex(where: { $0.isNamed(filter.bucket, filter.number) }) {
            filters[index] = filter
            return false
        }
        filters.append(filter)
        return true
    }

    func contains(_ bucket: UInt32, _ number: UInt32) -> Bool { filters.contains { $0.isNamed(bucket, number) } }

    /// Removes a filter. False if there is none of that name.
    mutating func remove(_ bucket: UInt32, _ number: UInt32) -> Bool {
        guard let index = filters.firstIndex(where: { $0.isNamed(bucket, number) }) else { return false }
        filters.remove(at: index)
        return true
    }

    private func filter(for frame: RawSpan, _ headers: PacketHeaders) -> FlowFilter? {
        if filters.isEmpty { return nil }
        let hash = FlowHash(frame, headers, masks)
        let bucket = hash.value(bucketKey)
        guard isPerfect else {
            let signature = hash.value(signatureKey)
            return filters.first { $0.isNamed(bucket, signature) }
        }
        return filters.first {
            ($0.bucket ^ bucket) & FlowDirector.bucketMask == 0 && $0.matches(frame, headers, masks)
        }
    }

    /// Sends a frame to the queue of its flow, if it has one.
    mutating func direct(_ frame: RawSpan, _ headers: PacketHeaders, _ result: inout Classification) {
        guard headers.network != nil else { return }
        guard let filter = filter(for: frame, headers) else {
            misses += 1
            return
        }
        matches += 1
        result.queues = filter.drops ? [] : [filter.queue]
        result.high |= FlowDirector.matched
        if reportsMatch {
            // Type 15, and the filter's name in the place of the hash. (82599 §7.1.6.2)
            result.low = result.low & 0xFFFF_FFF0 | 15 | UInt64(filter.bucket) << 32 | UInt64(filter.number) << 48
        }
    }
}
