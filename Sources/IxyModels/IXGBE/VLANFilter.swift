import Ixy
import IxyHardware

/// Which tagged frames are received, and from which the tag is taken. (82599 §7.4)
struct VLANFilter {
    typealias R = IXGBERegisters

    /// VFTA, while it is in use.
    private var table: [UInt32]?
    /// The value that the canonical form bit of a tag has to have, if it matters.
    private var canonical: UInt16?
    private var strips: [Bool] = []

    init() {}

    init(_ registers: RegisterFile) {
        if registers.isSet(R.VLNCTRL.filterEnable) {
            table = (0..<R.VFTA.count).map { registers[R.VFTA.offset($0)] }
            if registers.isSet(R.VLNCTRL.canonicalEnable) {
                canonical = UInt16(truncatingIfNeeded: registers.field(R.VLNCTRL.canonical))
            }
        }
        strips = (0..<R.RXDCTL.count).map { registers.isSet(R.RXDCTL.vlanStrip, $0) }
    }

    /// Whether tags mean anything.
    var isUsed: Bool { table != nil || strips.contains(true) }

    /// Whether frames with this tag pass. Those without a tag always do.
    func accepts(_ tag: UInt16?) -> Bool {
        guard let tag, let table else { return true }
        if let canonical, tag >> 12 & 1 != canonical { return false }
        let number = Int(tag & 0xFFF)
        return table[number / 32] >> UInt32(number % 32) & 1 == 1
    }

    /// Whether the tag of a frame for `queue` goes into the descriptor.
    func strips(_ queue: Int) -> Bool { strips[queue] }
}
