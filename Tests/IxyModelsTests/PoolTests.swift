import Ixy
import IxyHardware
import IxyModels
import Testing

/// Which pools get a frame. (82599 §7.10.3)
@Suite struct PoolTests {
    typealias R = IXGBERegisters

    /// Pools 0 to 3 receive, two queues each. Address 1 is pool 1's, address 2 pool 2's and pool 3's.
    private func start(_ change: (ModelRegisters) -> Void = { _ in }) throws -> Card {
        let card = try Card.start(queues: 8, isPromiscuous: false)
        card.configure { registers in
            registers.write(R.MRQC.self) { $0[R.MRQC.mode] = 8 }
            registers.write(R.PFVTCTL.self) {
                $0.set(R.PFVTCTL.enable)
                $0.set(R.PFVTCTL.replicate)
            }
            registers.write(R.PFVFRE.self) { $0[R.PFVFRE.pools] = 0b1111 }
            for (index, pools) in [(0, 0b0010), (1, 0b1100)] as [(Int, UInt32)] {
                registers.write(R.RAL.self, at: index) { $0[R.RAL.address] = 0x0000_0002 }
                registers.write(R.RAH.self, at: index) {
                    $0[R.RAH.address] = UInt32(index + 1) << 8
                    $0.set(R.RAH.isValid)
                }
                registers.write(R.MPSAR.self, at: index * 2) { $0[R.MPSAR.pools] = pools }
            }
            for pool in 0..<4 {
                registers.modify(R.PFVML2FLT.self, at: pool) {
                    $0.set(R.PFVML2FLT.untagged)
                    if pool != 2 { $0.set(R.PFVML2FLT.broadcast) }
                    if pool == 3 { $0.set(R.PFVML2FLT.allGroups) }
                }
            }
            change(registers)
        }
        return card
    }

    /// Frames that each pool has got since the last call.
    private func counts(_ card: borrowing Card) -> [UInt32] { (0..<4).map { card.count(R.QPRC.self, $0 * 2) } }

    @Test func anAddressBelongsToPools() throws {
        let card = try start()
        card.receive([frame(to: [2, 0, 0, 0, 0, 1])])
        #expect(counts(card) == [0, 1, 0, 0])
        card.receive([frame(to: [2, 0, 0, 0, 0, 2])])
        #expect(counts(card) == [0, 0, 1, 1])
        card.receive([frame(to: [2, 0, 0, 0, 0, 9])])
        #expect(counts(card) == [0, 0, 0, 0])
        #expect(card.nic.violations == [])
    }

    @Test func broadcastGoesToAllThatWantIt() throws {
        let card = try start()
        card.receive([frame(to: [255, 255, 255, 255, 255, 255])])
        #expect(counts(card) == [1, 1, 0, 1])
    }

    @Test func withoutReplicationTheDefaultPoolGetsIt() throws {
        let card = try start { registers in
            registers.modify(R.PFVTCTL.self) { $0.clear(R.PFVTCTL.replicate) }
        }
        card.receive([frame(to: [255, 255, 255, 255, 255, 255])])
        #expect(counts(card) == [1, 0, 0, 0])
    }

    @Test func groupsThatPassTheTableGoWhereTheyAreWanted() throws {
        let card = try start { registers in
            registers.modify(R.MCSTCTRL.self) { $0.set(R.MCSTCTRL.filterEnable) }
            for word in 0..<R.MTA.count { registers.write(R.MTA.self, at: word) { $0[R.MTA.bits] = .max } }
            registers.modify(R.PFVML2FLT.self, at: 1) { $0.set(R.PFVML2FLT.hashedGroups) }
        }
        card.receive([frame(to: [1, 0, 0x5E, 0, 0, 1])])
        #expect(counts(card) == [0, 1, 0, 1])
    }

    @Test func aTaggedFrameStaysInItsVLAN() throws {
        let card = try start { registers in
            registers.modify(R.VLNCTRL.self) { $0.set(R.VLNCTRL.filterEnable) }
            registers.write(R.VFTA.self) { $0[R.VFTA.bits] = 1 << 5 | 1 << 6 }
            registers.write(R.PFVLVF.self, at: 1) {
                $0[R.PFVLVF.vlan] = 5
                $0.set(R.PFVLVF.enable)
            }
            registers.write(R.PFVLVFB.self, at: 2) { $0[R.PFVLVFB.pools] = 0b1001 }
        }
        func tagged(_ tag: UInt8, to destination: [UInt8]) -> [UInt8] {
            let plain = frame(to: destination)
            return Array(plain[..<12] + [0x81, 0, 0, tag] + plain[12...])
        }
        let everybody = [UInt8](repeating: 255, count: 6)
        card.receive([tagged(5, to: everybody)])
        #expect(counts(card) == [1, 0, 0, 1])
        card.receive([tagged(5, to: [2, 0, 0, 0, 0, 2])])
        #expect(counts(card) == [0, 0, 0, 1])
        card.receive([tagged(6, to: everybody)])
        #expect(counts(card) == [0, 0, 0, 0], "nobody is in it")
    }

    @Test func aPoolThatIsOffGetsNothing() throws {
        let card = try start { registers in
            registers.write(R.PFVFRE.self) { $0[R.PFVFRE.pools] = 0b0101 }
        }
        card.receive([frame(to: [2, 0, 0, 0, 0, 2]), frame(to: [2, 0, 0, 0, 0, 1])])
        // The second one has no pool of its own any more, and goes to the default pool.
        #expect(counts(card) == [1, 0, 1, 0])
    }

    /// A frame to several pools waits until all of them have room.
    @Test func aFrameToSeveralPoolsIsDeliveredOnce() throws {
        let card = try start()
        card.nic.setLossless(true)
        let everybody = [UInt8](repeating: 255, count: 6)
        card.receive([[UInt8]](repeating: frame(to: everybody), count: 200))
        #expect(counts(card) == [63, 63, 0, 63])
        #expect(card.nic.pending > 0)
    }
}
