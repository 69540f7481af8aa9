import Ixy
import IxyHardware

/// Which frames the driver wants. (VirtIO 1.2 §5.1.6.5.1, §5.1.6.5.2)
struct ReceiveFilter {
    /// The modes that a command of the class for receive modes turns on or off, by its number.
    struct Modes: OptionSet {
        let rawValue: UInt8
        static let promiscuous = Modes(rawValue: 1 << 0)
        static let allMulticast = Modes(rawValue: 1 << 1)
        static let allUnicast = Modes(rawValue: 1 << 2)
        static let noMulticast = Modes(rawValue: 1 << 3)
        static let noUnicast = Modes(rawValue: 1 << 4)
        static let noBroadcast = Modes(rawValue: 1 << 5)
    }

    var modes: Modes = []
    /// The device's own address.
    var own: UInt64
    /// Further addresses.
    var table: Set<UInt64> = []

    private static let broadcast: UInt64 = 0xFFFF_FFFF_FFFF

    /// Whether a frame is wanted. One without a whole header is not, as there may be on a wire that is not padded.
    @inline(__always)
    func accepts(_ frame: borrowing RawSpan) -> Bool {
        guard frame.byteCount >= 14 else { return false }
        if modes.contains(.promiscuous) { return true }
        let destination = frame.bigEndian(UInt64.self, at: 0) >> 16
        if destination == own, modes.isEmpty { return true }
        return acceptsOther(destination)
    }

    private func acceptsOther(_ destination: UInt64) -> Bool {
        if destination == ReceiveFilter.broadcast { return !modes.contains(.noBroadcast) }
        if destination >> 40 & 1 == 1 {
            guard !modes.contains(.noMulticast) else { return false }
            return modes.contains(.allMulticast) || table.contains(destination)
        }
        guard !modes.contains(.noUnicast) else { return false }
        return destination == own || modes.contains(.allUnicast) || table.contains(destination)
    }
}
