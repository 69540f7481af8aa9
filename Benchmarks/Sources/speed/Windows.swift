/// What was measured in one window of some milliseconds.
struct Window {
    let packets: Double
    let seconds: Double
    /// TSC cycles of the driver's thread: in all, and those in which it moved packets; and those in which the models did.
    let cycles: Double
    let driver: Double
    let models: Double

    var rate: Double { packets / seconds / 1e6 }
}

/// TSC cycles which no round takes unless it is interrupted: some 40 µs.
let interruption: UInt64 = 100_000

/// How far the two processors are from each other: a virtual machine's are moved about, and speed with them.
enum Distance: String, CaseIterable {
    case near, far

    /// Nil if they were moved in between, or are neither near nor far.
    init?(before: Double, after: Double) {
        switch (before, after) {
        case (..<130, ..<130): self = .near
        case (200..., 200...): self = .far
        default: return nil
        }
    }
}

/// Windows of one contestant at one distance.
struct Windows {
    private var all: [Window] = []

    mutating func add(_ window: Window) { all.append(window) }

    /// Median and quartiles of the rate, and medians of the cycles a packet.
    var line: String {
        guard !all.isEmpty else { return "no window" }
        func at(_ part: Double, _ value: (Window) -> Double) -> String {
            let sorted = all.map(value).sorted()
            let median = sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
            return "\((median * 10).rounded() / 10)"
        }
        let rates = "\(at(0.5, \.rate)) Mpps [\(at(0.25, \.rate)) to \(at(0.75, \.rate))]"
        let cycles = "\(at(0.5) { $0.cycles / $0.packets }) TSC cycles a packet"
        let shares = "driver works \(at(0.5) { $0.driver / $0.packets }), models \(at(0.5) { $0.models / $0.packets })"
        return "\(rates); \(cycles): \(shares) (\(all.count) windows)"
    }
}
