/// Why a filter cannot be used.
package enum FilterError: Error, Equatable, Sendable, CustomStringConvertible {
    /// libpcap does not understand the expression; `reason` is its own text.
    case expression(String, reason: String)
    /// libpcap got no memory.
    case noMemory

    package var description: String {
        switch self {
        case .expression(let expression, let reason):
            "the filter '\(expression)' cannot be used: \(reason); `man pcap-filter` describes the language"
        case .noMemory:
            "there is no memory for the filter; end other programs, or do without it"
        }
    }
}
