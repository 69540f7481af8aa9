import Ixy
import IxyHardware

/// The memory that a front-end shares, in both kinds of addresses that it uses.
struct BackendMemory {
    private(set) var regions: [VhostUser.Region] = []
    private let allowsUnsealed: Bool

    /// - Parameter allowsUnsealed: the front-end is trusted not to take its memory away.
    init(allowsUnsealed: Bool) { self.allowsUnsealed = allowsUnsealed }

    /// Replaces what was shared before by `table`, of which each region takes the next of `files`.
    ///
    /// - Throws: `.malformed` for regions that overlap or that their files do not hold; then nothing changes.
    mutating func replace(
        _ table: [VhostUser.Region], files: inout PassedFiles, in space: IOAddressSpace
    ) throws(VhostUserError) {
        // The old table stays mapped until the new one is, and a process has 2^47 bytes for all of its front-ends.
        guard table.allSatisfy({ $0.count <= ForeignMemory.limit }),
            table.reduce(0, { $0 + $1.count }) <= ForeignMemory.limit
        else { throw .malformed("more than \(ForeignMemory.limit) bytes in all") }
        var pieces: [ForeignMemory] = []
        for (index, region) in table.enumerated() {
            for other in table[..<index] where region.overlaps(other) { throw .malformed("regions that overlap") }
            guard let file = files.takeFirst() else { throw .malformed("a region without a file") }
            do {
                pieces.append(try ForeignMemory.map(
                    file, at: region.guestAddress, offset: region.fileOffset, count: region.count,
                    allowsUnsealed: allowsUnsealed))
            } catch {
                throw .malformed("a region whose memory cannot be used (\(error))")
            }
        }
        space.replaceAll(with: pieces)
        regions = table
    }

    /// Where the `count` bytes at the front-end's `address` are for the device; nil unless one region holds them all.
    func deviceAddress(of address: UInt64, count: Int, alignment: UInt64) -> UInt64? {
        guard let region = regions.first(where: { $0.holds(address, count) }) else { return nil }
        let found = region.guestAddress + (address - region.userAddress)
        return found % alignment == 0 ? found : nil
    }

    /// `layout` with the front-end's addresses as the device has them; nil if a part is not in shared memory, or not
    /// aligned. (VirtIO 1.2 §2.7, §2.8.10)
    func translate(_ layout: VirtIO.QueueLayout, isPacked: Bool) -> VirtIO.QueueLayout? {
        let count = layout.size
        guard
            let descriptors = deviceAddress(of: layout.descriptors, count: 16 * count, alignment: 16),
            let driverArea = deviceAddress(
                of: layout.driverArea, count: isPacked ? 4 : 6 + 2 * count, alignment: isPacked ? 4 : 2),
            let deviceArea = deviceAddress(of: layout.deviceArea, count: isPacked ? 4 : 6 + 8 * count, alignment: 4)
        else { return nil }
        return VirtIO.QueueLayout(
            size: count, descriptors: descriptors, driverArea: driverArea, deviceArea: deviceArea)
    }
}

// None of these sums can overflow: the message's reader has checked it.
extension VhostUser.Region {
    fileprivate func overlaps(_ other: VhostUser.Region) -> Bool {
        guestAddress < other.guestAddress + other.count && other.guestAddress < guestAddress + count
            || userAddress < other.userAddress + other.count && other.userAddress < userAddress + count
    }

    fileprivate func holds(_ address: UInt64, _ bytes: Int) -> Bool {
        address >= userAddress && address - userAddress < count && UInt64(bytes) <= count - (address - userAddress)
    }
}
