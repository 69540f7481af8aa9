import Ixy
import IxyHardware
import IxyModels
import Testing

/// Virtual functions of a port whose physical function the model drives. (82599 §7.10)
@Suite struct VirtualFunctionTests {
    typealias R = IXGBERegisters
    typealias V = IXGBEVFRegisters

    private static let done: UInt32 = 0x8000_0000
    private static let refused: UInt32 = 0x4000_0000
    private static let clear: UInt32 = 0x2000_0000

    private let memory: HandMadeMemory
    private let nic: ModelNIC
    private let sink = FrameRecorder()

    init() throws {
        memory = try HandMadeMemory()
        nic = try ModelNIC(
            space: memory.space, macAddress: MACAddress(2, 0, 0, 0, 0, 0xFF),
            virtualAddresses: (0..<2).map { MACAddress(2, 0, 0, 0, 0, UInt8($0 + 1)) })
        nic.attach(sink: sink)
        for _ in 0..<300 { nic.step() }
    }

    private func function(_ number: Int) -> HandMadeVF { HandMadeVF(nic, memory, function: number) }

    @Test func aResetIsAnsweredWithTheAddress() {
        let first = function(0), second = function(1)
        #expect(first.begin() == [1 | Self.done, 0x0000_0002, 0x0100, 0])
        #expect(second.begin() == [1 | Self.done, 0x0000_0002, 0x0200, 0])
        #expect(nic.violations == [])
    }

    @Test func beforeItsResetAFunctionIsRefused() {
        let vf = function(0)
        #expect(vf.ask([8, 5]).first == 8 | Self.refused)
        _ = vf.begin()
        #expect(vf.ask([8, 5]).first == 8 | Self.done | Self.clear)
        // Linux's virtual function asks for 1.5 first, in which it would keep its buffer until it is read.
        #expect(vf.ask([8, 6]).first == 8 | Self.refused | Self.clear)
        #expect(vf.ask([8, 5]).first == 8 | Self.done | Self.clear)
        // No such version.
        #expect(vf.ask([8, 99]).first == 8 | Self.refused | Self.clear)
        // No such message.
        #expect(vf.ask([0x77]).first == 0x77 | Self.refused | Self.clear)
    }

    @Test func itSaysHowManyQueuesThereAre() throws {
        let vf = function(0)
        _ = vf.begin()
        #expect(vf.ask([9]) == [9 | Self.done | Self.clear, 4, 4, 0])
        let many = try ModelNIC(
            space: memory.space, macAddress: MACAddress(2, 0, 0, 0, 1, 0),
            virtualAddresses: (0..<63).map { MACAddress(2, 0, 0, 0, 2, UInt8($0)) })
        let last = HandMadeVF(many, memory, function: 62)
        #expect(last.begin() == [1 | Self.done, 0x0000_0002, 0x3E02, 0])
        #expect(last.ask([9]) == [9 | Self.done | Self.clear, 2, 2, 0])
    }

    @Test func theLinkIsThePorts() {
        let vf = function(0)
        let link = vf.registers.read(V.VFLINKS.self)
        #expect(link.isSet(V.VFLINKS.isUp) && link[V.VFLINKS.speed] == 3)
        _ = vf.begin()
        _ = vf.registers.read(V.VFMAILBOX.self)
        nic.setConnected(false)
        vf.step()
        // The physical function says so.
        #expect(vf.registers.read(V.VFMAILBOX.self).isSet(V.VFMAILBOX.status))
        #expect(vf.registers.read(V.VFMBMEM.self)[V.VFMBMEM.word] == 0x0100 | Self.clear)
        #expect(!vf.registers.read(V.VFLINKS.self).isSet(V.VFLINKS.isUp))
    }

    @Test func framesGoToTheFunctionThatTheyAreFor() {
        let functions = [function(0), function(1)]
        for vf in functions {
            _ = vf.begin()
            vf.start()
            for slot in 0..<3 { vf.arm(slot) }
        }
        let everybody = [UInt8](repeating: 255, count: 6)
        nic.attach(source: FrameList([frame(to: [2, 0, 0, 0, 0, 2], fill: 9), frame(fill: 8), frame(to: everybody)]))
        functions[0].step()
        #expect(functions[0].received(0) == frame(fill: 8))
        #expect(functions[0].received(1) == frame(to: everybody))
        #expect(functions[1].received(0) == frame(to: [2, 0, 0, 0, 0, 2], fill: 9))
        #expect(functions[1].received(1) == frame(to: everybody))
        #expect(functions[0].received(2) == nil)
        #expect(functions[0].registers.read32(at: 0x101C) == 2)
        #expect(functions[0].registers.read32(at: 0x1020) == 128)
        #expect(nic.violations == [])
    }

    @Test func aFunctionSends() {
        let vf = function(1)
        _ = vf.begin()
        vf.start()
        vf.send(frame(fill: 3), slot: 0)
        vf.send(frame(fill: 4), slot: 1)
        #expect(sink.frames == [frame(fill: 3), frame(fill: 4)])
        #expect(vf.registers.read32(at: 0x201C) == 2)
        #expect(nic.violations == [])
    }

    @Test func whatWasResetNeitherSendsNorReceives() {
        let vf = function(0)
        _ = vf.begin()
        vf.start()
        vf.arm(0)
        vf.reset()
        nic.attach(source: FrameList([frame()]))
        vf.step()
        #expect(vf.received(0) == nil)
        #expect(vf.registers.read32(at: V.receiveQueues + 0x28) >> 25 & 1 == 0)
        // Enabled again it waits for the physical function's word.
        vf.start()
        vf.send(frame(), slot: 0)
        #expect(sink.frames == [])
        _ = vf.ask([1])
        vf.step()
        #expect(sink.frames == [frame()])
    }

    @Test func itsAddressCanBeChanged() {
        let vf = function(0)
        _ = vf.begin()
        vf.start()
        for slot in 0..<2 { vf.arm(slot) }
        #expect(vf.ask([2, 0x0000_0002, 0x0900]).first == 2 | Self.done | Self.clear)
        #expect(vf.ask([2, 0x0000_0001, 0x0900]).first == 2 | Self.refused | Self.clear, "a group is no address")
        nic.attach(source: FrameList([frame(to: [2, 0, 0, 0, 0, 9]), frame()]))
        vf.step()
        #expect(vf.received(0) == frame(to: [2, 0, 0, 0, 0, 9]))
        #expect(vf.received(1) == nil)
    }

    @Test func itJoinsAndLeavesAVLAN() {
        let vf = function(0)
        _ = vf.begin()
        vf.start()
        for slot in 0..<2 { vf.arm(slot) }
        let plain = frame()
        let tagged = Array(plain[..<12] + [0x81, 0, 0, 100] + plain[12...])
        nic.attach(source: FrameList([tagged]))
        vf.step()
        #expect(vf.received(0) == nil)
        #expect(vf.ask([4 | 1 << 16, 100]).first == 4 | 1 << 16 | Self.done | Self.clear)
        nic.attach(source: FrameList([tagged]))
        vf.step()
        #expect(vf.received(0) == tagged)
        _ = vf.ask([4, 100])
        nic.attach(source: FrameList([tagged]))
        vf.step()
        #expect(vf.received(1) == nil)
    }

    @Test func itJoinsGroups() {
        let vf = function(0)
        _ = vf.begin()
        vf.start()
        for slot in 0..<3 { vf.arm(slot) }
        let group: [UInt8] = [1, 0, 0x5E, 0, 0, 1]
        nic.attach(source: FrameList([frame(to: group)]))
        vf.step()
        #expect(vf.received(0) == nil)
        // Bits 47 to 36 of the address, which is 010.
        _ = vf.ask([3 | 1 << 16, 0x0010])
        nic.attach(source: FrameList([frame(to: group), frame(to: [1, 0, 0x5E, 0, 0, 2])]))
        vf.step()
        #expect(vf.received(0) == frame(to: group))
        #expect(vf.received(1) == nil)
        #expect(vf.ask([12, 2]) .prefix(2) == [12 | Self.done | Self.clear, 2])
        nic.attach(source: FrameList([frame(to: [1, 0, 0x5E, 0, 0, 2])]))
        vf.step()
        #expect(vf.received(1) == frame(to: [1, 0, 0x5E, 0, 0, 2]))
        #expect(vf.ask([12, 3]).first == 12 | Self.refused | Self.clear, "the 82599 cannot be promiscuous for a pool")
    }

    @Test func longFramesAreAskedFor() {
        let vf = function(0)
        _ = vf.begin()
        #expect(vf.ask([5, 9018]).first == 5 | Self.refused | Self.clear, "the first messages know none")
        _ = vf.ask([8, 2])
        #expect(vf.ask([5, 9018]).first == 5 | Self.done | Self.clear)
        vf.start()
        for slot in 0..<4 { vf.arm(slot) }
        nic.attach(source: FrameList([frame(count: 4000)]))
        vf.step()
        #expect(vf.received(0)?.count == 2048)
        #expect(vf.received(1)?.count == 1952)
    }

    @Test func theBufferIsOneSidesAtATime() {
        let vf = function(0)
        vf.registers.write(V.VFMBMEM.self) { $0[V.VFMBMEM.word] = 1 }
        #expect(nic.violations.map(\.text) == ["VF 0: VFMBMEM(0) written without VFMAILBOX.VFU"])
    }

    /// Vector 0 is the queues', vector 1 the mailbox's.
    @Test func itIsInterruptedByItsQueuesAndItsMailbox() {
        let vf = function(0)
        _ = vf.begin()
        vf.start()
        vf.registers.write32(0x8080, at: V.VTIVAR.offset(0))
        vf.registers.write32(0x81, at: V.VTIVAR_MISC.offset(0))
        for offset in [V.VTEIAC.offset(0), V.VTEIAM.offset(0), V.VTEIMS.offset(0)] { vf.registers.write32(3, at: offset) }
        _ = nic.takeInterrupts(virtual: 0)
        vf.arm(0)
        nic.attach(source: FrameList([frame()]))
        vf.step()
        #expect(nic.takeInterrupts(virtual: 0).messages == 1)
        #expect(nic.takeInterrupts(virtual: 0).messages == 0)
        #expect(vf.registers.read32(at: V.VTEIMS.offset(0)) == 2, "the message has masked its vector")
        _ = vf.ask([9])
        #expect(nic.takeInterrupts(virtual: 0).messages == 2)
        // A frame that comes while a vector is masked interrupts when the vector is unmasked.
        vf.arm(1)
        nic.attach(source: FrameList([frame()]))
        vf.step()
        #expect(nic.takeInterrupts(virtual: 0).messages == 0)
        #expect(vf.registers.read32(at: V.VTEICR.offset(0)) & 1 == 1)
        vf.registers.write32(1, at: V.VTEIMS.offset(0))
        #expect(nic.takeInterrupts(virtual: 0).messages == 1)
        vf.registers.write32(1, at: V.VTEICR.offset(0))
        #expect(nic.takeInterrupts(virtual: 1).messages == 0)
        #expect(nic.violations == [])
    }

    @Test func whatIsNotThereIsRecorded() {
        let vf = function(0)
        _ = vf.registers.read32(at: 0x1000 + 4 * 0x40)
        vf.registers.write32(0, at: 0x0FF0)
        _ = vf.registers.read32(at: 0)
        vf.registers.write32(0, at: 8)
        #expect(nic.violations.map(\.text) == [
            "VF 0: 0x1100 read, where there is no register", "VF 0: 0xFF0 written, where there is no register",
            "VF 0: VFCTRL read, though it is write-only", "VF 0: VFSTATUS written, though it is read-only",
        ])
    }
}

/// The mailboxes as the physical function's driver sees them, if it is not the model's. (82599 §8.2.3.27)
@Suite struct MailboxTests {
    typealias R = IXGBERegisters
    typealias V = IXGBEVFRegisters

    @Test func messagesGoBothWays() throws {
        let port = try Port()
        let vf = ModelVFRegisters(port.nic, function: 17)
        vf.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.isVFUsing) }
        vf.write(V.VFMBMEM.self, at: 15) { $0[V.VFMBMEM.word] = 0x1234 }
        // The physical function does not get the buffer meanwhile.
        port.registers.write(R.PFMAILBOX.self, at: 17) { $0.set(R.PFMAILBOX.isPFUsing) }
        #expect(port.registers.read32(at: R.PFMAILBOX.offset(17)) == 4)
        vf.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.request) }
        #expect(port.registers.read32(at: R.PFMBICR.offset(1)) == 1 << 1)
        port.registers.write32(1 << 1, at: R.PFMBICR.offset(1))
        #expect(port.registers.read32(at: R.PFMBICR.offset(1)) == 0)
        port.registers.write(R.PFMAILBOX.self, at: 17) { $0.set(R.PFMAILBOX.isPFUsing) }
        #expect(port.registers.read32(at: R.PFMBMEM.offset(17 * 16 + 15)) == 0x1234)
        port.registers.write32(0x5678, at: R.PFMBMEM.offset(17 * 16))
        port.registers.write(R.PFMAILBOX.self, at: 17) {
            $0.set(R.PFMAILBOX.acknowledge)
            $0.set(R.PFMAILBOX.status)
        }
        // PFSTS and PFACK, once.
        #expect(vf.read32(at: V.VFMAILBOX.offset(0)) == 0x30)
        #expect(vf.read32(at: V.VFMAILBOX.offset(0)) == 0)
        #expect(vf.read32(at: V.VFMBMEM.offset(0)) == 0x5678)
        vf.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.acknowledge) }
        #expect(port.registers.read32(at: R.PFMBICR.offset(1)) == 1 << 17)
        #expect(port.nic.violations == [])
    }

    @Test func softwareWritesOnlyToWhatItHas() throws {
        let port = try Port()
        port.registers.write32(1, at: R.PFMBMEM.offset(0))
        #expect(port.nic.violations.map(\.text) == ["PFMBMEM(0) written without PFMAILBOX.PFU"])
    }

    @Test func aResetOverTheBusIsSeenAndFreesTheBuffer() throws {
        let port = try Port()
        let vf = ModelVFRegisters(port.nic, function: 33)
        vf.write(V.VFMAILBOX.self) { $0.set(V.VFMAILBOX.isVFUsing) }
        port.nic.resetVirtualFunction(33)
        #expect(port.registers.read32(at: R.PFVFLRE.offset(1)) == 1 << 1)
        #expect(port.registers.read32(at: R.PFMAILBOX.offset(33)) == 0)
        port.registers.write32(1 << 1, at: R.PFVFLREC.offset(1))
        #expect(port.registers.read32(at: R.PFVFLRE.offset(1)) == 0)
        #expect(port.nic.violations == [])
    }

    @Test func aResetOfThePortIsTold() throws {
        let port = try Port()
        let vf = ModelVFRegisters(port.nic, function: 0)
        port.reset()
        // RSTI, until the physical function's driver is ready; then RSTD, once.
        #expect(vf.read32(at: V.VFMAILBOX.offset(0)) == 1 << 6)
        #expect(vf.read32(at: V.VFMAILBOX.offset(0)) == 1 << 6)
        port.registers.modify(R.CTRL_EXT.self) { $0.set(R.CTRL_EXT.resetDone) }
        #expect(vf.read32(at: V.VFMAILBOX.offset(0)) == 1 << 7)
        #expect(vf.read32(at: V.VFMAILBOX.offset(0)) == 0)
    }
}
