import Ixy
import IxyHardware

/// Which pools, each of a virtual machine, a frame goes to. (82599 §7.10.3)
struct Pools {
    typealias R = IXGBERegisters

    /// Sets of pools, a bit each: those that receive, those that take frames without a tag, frames to hashed groups, frames
    /// to hashed addresses, broadcast, and all groups.
    private var receiving: UInt64 = 0
    private var untagged: UInt64 = 0
    private var hashedGroups: UInt64 = 0
    private var hashedAddresses: UInt64 = 0
    private var broadcast: UInt64 = 0
    private var allGroups: UInt64 = 0
    /// The pools of each address of the exact filter.
    private var exact: [UInt64: UInt64] = [:]
    private var unicastTable: [UInt32] = []
    /// The pools of each VLAN; nil while tags do not matter.
    private var tags: [UInt16: UInt64]?
    private var defaultPool: Int?
    private var replicates = false
    private let lowestBit: UInt64
    private let groups: MulticastFilter
    let queuesPerPool: Int
    /// The bits of a hash's table entry that a pool may use.
    private var tableMasks: [UInt8] = []

    /// Nil while there are none.
    init?(_ registers: RegisterFile, _ groups: MulticastFilter) {
        guard registers.isSet(R.PFVTCTL.enable) else { return nil }
        switch registers.field(R.MRQC.mode) {
        case 10: queuesPerPool = 4
        default: queuesPerPool = 2
        }
        self.groups = groups
        lowestBit = [36, 35, 34, 32][Int(registers.field(R.MCSTCTRL.addressBits))]
        let hashes = registers.field(R.MRQC.mode) == 10 || registers.field(R.MRQC.mode) == 11
        for pool in 0..<128 / queuesPerPool {
            let bit = UInt64(1) << UInt64(pool)
            if registers.field(R.PFVFRE.pools, pool / 32) >> UInt32(pool % 32) & 1 == 1 { receiving |= bit }
            if registers.isSet(R.PFVML2FLT.untagged, pool) { untagged |= bit }
            if registers.isSet(R.PFVML2FLT.hashedGroups, pool) { hashedGroups |= bit }
            if registers.isSet(R.PFVML2FLT.hashedAddresses, pool) { hashedAddresses |= bit }
            if registers.isSet(R.PFVML2FLT.broadcast, pool) { broadcast |= bit }
            if registers.isSet(R.PFVML2FLT.allGroups, pool) { allGroups |= bit }
            let used = min(1 << registers.field(R.PSRTYPE.queuesPerPool, pool), UInt32(queuesPerPool))
            tableMasks.append(hashes ? UInt8(used - 1) : 0)
        }
        for index in 0..<R.RAL.count where registers.isSet(R.RAH.isValid, index) {
            let little = UInt64(registers.field(R.RAH.address, index)) << 32 | UInt64(registers[R.RAL.offset(index)])
            exact[little.byteSwapped >> 16, default: 0] |= Pools.pair(registers, R.MPSAR.self, index)
        }
        unicastTable = (0..<R.PFUTA.count).map { registers[R.PFUTA.offset($0)] }
        if registers.isSet(R.VLNCTRL.filterEnable) {
            var tags: [UInt16: UInt64] = [:]
            for index in 0..<R.PFVLVF.count where registers.isSet(R.PFVLVF.enable, index) {
                let number = UInt16(truncatingIfNeeded: registers.field(R.PFVLVF.vlan, index))
                tags[number, default: 0] |= Pools.pair(registers, R.PFVLVFB.self, index)
            }
            self.tags = tags
        }
        defaultPool = registers.isSet(R.PFVTCTL.defaultPoolDisable) ? nil : Int(registers.field(R.PFVTCTL.defaultPool))
        replicates = registers.isSet(R.PFVTCTL.replicate)
    }

    /// A set of pools that two registers hold.
    private static func pair<Table: Register>(_ registers: RegisterFile, _: Table.Type, _ index: Int) -> UInt64 {
        UInt64(registers[Table.offset(index * 2 + 1)]) << 32 | UInt64(registers[Table.offset(index * 2)])
    }

    /// Whether a pool takes frames to all groups, whatever the port does.
    var takesAllGroups: Bool { allGroups & receiving != 0 }

    /// The pools that take a frame, which has passed the filters of the port.
    ///
    /// - Parameters:
    ///   - address: where it goes, the first byte highest.
    ///   - sender: the pool that it comes from, if it comes from one: it does not get its own frame back.
    func pools(of address: UInt64, _ kind: ReceiveVerdict.Kind, tag: UInt16?, sender: Int? = nil) -> [Int] {
        var pools: UInt64 = switch kind {
        case .unicast: exact[address] ?? (isHashed(address) ? hashedAddresses : 0)
        case .multicast: allGroups | (groups.accepts(address) ? hashedGroups : 0) | (exact[address] ?? 0)
        case .broadcast: broadcast
        }
        var isInVLAN = true
        if let tag, let tags {
            let members = tags[tag & 0xFFF] ?? 0
            pools &= members
            isInVLAN = members != 0
        } else if tag == nil {
            pools &= untagged
        }
        pools &= receiving
        if kind != .unicast, !replicates { pools = 0 }
        if let sender { pools &= ~(1 << UInt64(sender)) }
        if pools == 0, sender == nil, isInVLAN, let defaultPool, receiving >> UInt64(defaultPool) & 1 == 1 {
            return [defaultPool]
        }
        return (0..<64).filter { pools >> UInt64($0) & 1 == 1 }
    }

    private func isHashed(_ address: UInt64) -> Bool {
        let bit = Int((address << 16).byteSwapped >> lowestBit & 0xFFF)
        return unicastTable[bit / 32] >> UInt32(bit % 32) & 1 == 1
    }

    /// The queue of a pool for a frame with this entry of the redirection table.
    func queue(_ pool: Int, entry: UInt8) -> Int { pool * queuesPerPool + Int(entry & tableMasks[pool]) }
}
