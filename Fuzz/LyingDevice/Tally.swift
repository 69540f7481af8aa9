/// The totals of all rounds.
struct Tally: Sendable, CustomStringConvertible {
    var rounds = 0
    var packets = 0
    /// Lies that the models told about their queues, and words that were written anywhere.
    var told = 0
    var words = 0
    /// Lies that the drivers have counted.
    var seen = 0
    var resets = 0
    /// Devices that were not started, or were switched off for good, each with a sentence.
    var refusals = 0
    /// Times that a device's memory was kept because the device did not stop.
    var kept = 0
    var slowest = Duration.zero

    var description: String {
        "\(rounds) rounds, \(packets) packets, \(told) lies told, \(words) words written, \(seen) lies seen, "
            + "\(resets) resets, \(refusals) refusals, \(kept) kept, slowest round "
            + "\(slowest.components.seconds * 1000 + slowest.components.attoseconds / 1_000_000_000_000_000) ms"
    }
}

/// A promise that the driver broke.
struct Finding: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

func check(_ isKept: Bool, _ promise: @autoclosure () -> String) throws(Finding) {
    guard isKept else { throw Finding(promise()) }
}
