import Foundation
import IxyHardware
import IxySystem
import TestTree
import Testing

@Suite struct PCIDeviceClaimTests {
    private let folder = "bus/pci/devices/0000:03:00.0"

    private func tree() throws -> FakeTree {
        let tree = try FakeTree()
        try tree.addNIC()
        return tree
    }

    @Test func barsAreDescribed() throws {
        let tree = try tree()
        try tree.setBARs([
            0: "0x00000000f0000000 0x00000000f007ffff 0x000000000014220c",
            2: "0x000000000000e020 0x000000000000e03f 0x0000000000040101",
            4: "0x00000000f0080000 0x00000000f0083fff 0x0000000000040200",
            6: "0x00000000f1000000 0x00000000f10fffff 0x000000000004e200",
        ])
        let bars = try tree.device().bars()
        #expect(bars.map { $0.index } == [0, 2, 4])
        #expect(bars.map { $0.count } == [0x80000, 0x20, 0x4000])
        #expect(bars.map { $0.space } == [.memory, .io, .memory])
        #expect(bars[1].start == 0xE020)
    }

    @Test(arguments: [
        "", "0x0 0x1", "a b c", "0x0 0xfff 0x200 0x1", "0x0 0xffffffffffffffff 0x200", "0x0 0x7fffffffffffffff 0x200",
    ])
    func aLineThatMakesNoSenseIsRefused(_ line: String) throws {
        let tree = try tree()
        try tree.write(line.isEmpty ? " \n" : line, folder + "/resource")
        // The kernel's text is trimmed, so that an empty file describes no BAR at all.
        let message = sentence { _ = try DeviceClaim(tree.device()) }
        #expect(message?.hasPrefix("0000:03:00.0: ") == true)
    }

    @Test func registersReachTheMappedFile() throws {
        let tree = try tree()
        let claim = try DeviceClaim(tree.device())
        let registers = MappedRegisters(try claim.map(bar: 0))
        #expect(registers.count == 8192)
        registers.write32(0xDEAD_BEEF, at: 8188)
        #expect(try tree.bytes(folder + "/resource0").suffix(4) == [0xEF, 0xBE, 0xAD, 0xDE])
    }

    @Test func aSecondClaimIsRefusedUntilTheFirstEnds() throws {
        let tree = try tree()
        let device = try tree.device()
        do {
            let claim = try DeviceClaim(device)
            let message = sentence { _ = try DeviceClaim(claim.device) }
            #expect(message?.contains("is in use by another ixy process") == true)
            #expect(message?.contains("fuser \(tree.root)/\(folder)/resource0") == true)
            // The lock is one that other processes see.
            let other = Process()
            other.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            other.arguments = ["flock", "--nonblock", "\(tree.root)/\(folder)/resource0", "true"]
            try other.run()
            other.waitUntilExit()
            #expect(other.terminationStatus == 1)
        }
        #expect(sentence { _ = try DeviceClaim(device) } == nil)
    }

    @Test func aMappingAloneKeepsTheDeviceClaimed() throws {
        let tree = try tree()
        let device = try tree.device()
        func mapping() throws -> MappedMemory { try DeviceClaim(device).map(bar: 0) }
        do {
            let registers = MappedRegisters(try mapping())
            #expect(sentence { _ = try DeviceClaim(device) }?.contains("is in use") == true)
            registers.write32(1, at: 0)
        }
        #expect(sentence { _ = try DeviceClaim(device) } == nil)
    }

    @Test func barsThatCannotBeMapped() throws {
        let tree = try tree()
        try tree.setBARs([
            0: "0x000000000000e020 0x000000000000e03f 0x0000000000040101",
            1: "0x00000000f0000100 0x00000000f00001ff 0x0000000000040200",
            4: "0x00000000f0080000 0x00000000f0083fff 0x0000000000040200",
        ])
        try tree.write(bytes: [UInt8](repeating: 0, count: 4096), folder + "/resource4")
        let claim = try DeviceClaim(tree.device())
        let problems = [
            0: "BAR 0 is for port I/O", 1: "BAR 1 is not made of whole pages", 3: "BAR 3 is not implemented; it has BARs 0, 1, 4",
            4: "BAR 4 has 16384 bytes, its file 4096", -1: "BAR -1 is not implemented",
        ]
        for (index, problem) in problems {
            #expect(sentence { _ = try claim.map(bar: index) }?.contains(problem) == true)
        }
        try tree.write(bytes: [UInt8](repeating: 7, count: 16384), folder + "/resource4")
        #expect(try MappedRegisters(claim.map(bar: 4)).read8(at: 16383) == 7)
    }

    @Test func aDeviceThatIsGoneIsNamed() throws {
        let tree = try tree()
        let device = try tree.device()
        try tree.remove(folder + "/resource0")
        #expect(sentence { _ = try DeviceClaim(device) }?.contains("there is no such PCI device") == true)
        try tree.remove(folder + "/resource")
        #expect(sentence { _ = try DeviceClaim(device) }?.contains("there is no such PCI device") == true)
    }
}
