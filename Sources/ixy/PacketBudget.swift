import Synchronization

/// How many packets may still be handled, shared by all threads of a run.
final class PacketBudget: Sendable {
    private let remaining: Atomic<Int>
    /// Whether it can be used up.
    let isLimited: Bool
    /// How many there were at first; nil is no limit.
    let total: Int?

    /// A budget of `count` packets; nil is no limit.
    init(_ count: Int?) {
        remaining = Atomic(count ?? 0)
        isLimited = count != nil
        total = count
    }

    /// Takes up to `wanted` packets; fewer, down to 0, once the budget is used up.
    func claim(_ wanted: Int) -> Int {
        guard isLimited else { return wanted }
        var old = remaining.load(ordering: .relaxed)
        while true {
            let granted = min(wanted, max(0, old))
            let (exchanged, original) = remaining.compareExchange(
                expected: old, desired: old - granted, ordering: .relaxed)
            if exchanged { return granted }
            old = original
        }
    }

    /// Returns packets that were claimed and not used.
    func giveBack(_ count: Int) {
        if isLimited, count > 0 { remaining.wrappingAdd(count, ordering: .relaxed) }
    }

    /// How much of it is used, from 0 to 1; nil if there is no limit.
    var fraction: Double? {
        total.map { 1 - Double(max(0, remaining.load(ordering: .relaxed))) / Double(max(1, $0)) }
    }

    /// Whether nothing is left.
    var isUsedUp: Bool { isLimited && remaining.load(ordering: .relaxed) <= 0 }
}
