/// Millions of frames a second in many windows.
struct Rates {
    private var all: [Double] = []

    mutating func add(_ rate: Double) { all.append(rate) }
    static func += (left: inout Rates, right: Rates) { left.all += right.all }

    var median: Double? { at(0.5) }
    var count: Int { all.count }

    private func at(_ part: Double) -> Double? {
        all.isEmpty ? nil : all.sorted()[min(all.count - 1, Int(Double(all.count) * part))]
    }

    /// Median, quartiles, and number of windows.
    var text: String {
        guard let low = at(0.25), let middle = at(0.5), let high = at(0.75) else { return "no window" }
        return "\(rounded(middle)) [\(rounded(low)) to \(rounded(high))] n=\(count)"
    }
}

/// Two places after the point.
func rounded(_ value: Double) -> String {
    let cents = Int((value * 100).rounded())
    let rest = cents % 100
    return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
}

/// Both contestants in one layout and mode.
struct Cell {
    /// For each start of the programs.
    private var ours: [[Placement: Rates]] = []
    private var theirs: [[Placement: Rates]] = []

    mutating func add(ours: [Placement: Rates], theirs: [Placement: Rates]) {
        self.ours.append(ours)
        self.theirs.append(theirs)
    }

    /// The medians' ratio: of all windows, and of those of each start.
    func line(_ placement: Placement) -> String {
        func all(_ starts: [[Placement: Rates]]) -> Rates {
            starts.reduce(into: Rates()) { $0 += $1[placement] ?? Rates() }
        }
        func ratio(_ ours: Rates?, _ theirs: Rates?) -> String {
            guard let ours = ours?.median, let theirs = theirs?.median else { return "-" }
            return rounded(ours / theirs)
        }
        let (we, they) = (all(ours), all(theirs))
        let starts = zip(ours, theirs).map { ratio($0[placement], $1[placement]) }.joined(separator: " ")
        return "ixy-swift \(we.text), DPDK \(they.text), ratio \(ratio(we, they)) (starts \(starts))"
    }
}
