import Foundation
import IxySystem
import TestTree
import Testing

@testable import IxyHardware

/// Guards that stand in for a process that was killed while its devices do DMA.
@Suite struct GuardianTests {
    private static let folder = "bus/pci/devices/0000:03:00.0"

    /// A device whose command register is 0x0507: DMA is on.
    private func tree() throws -> FakeTree {
        let tree = try FakeTree()
        try tree.addNIC()
        try tree.write(bytes: (0..<256).map { $0 == 4 ? 7 : $0 == 5 ? 5 : UInt8($0) }, GuardianTests.folder + "/config")
        return tree
    }

    private func command(_ tree: FakeTree) throws -> [UInt8] { Array(try tree.bytes(GuardianTests.folder + "/config")[4...5]) }

    private func start(_ tree: FakeTree, lock: CInt, holding files: [CInt] = []) throws -> Guardian {
        let path = "\(tree.root)/\(GuardianTests.folder)/config"
        return try Guardian.start([Guardian.Charge(path: path, calm: 0x0503, lock: lock)], holding: files)
    }

    @Test func itEndsDMAWhenItIsDeserted() throws {
        let tree = try tree()
        let lock = try FileDescriptor.open("\(tree.root)/\(GuardianTests.folder)/resource0", O_RDWR)
        let guardian = try start(tree, lock: lock.rawValue)
        #expect(try command(tree) == [7, 5])
        guardian.desert()
        let bytes = try tree.bytes(GuardianTests.folder + "/config")
        #expect(bytes[4...5] == [3, 5])
        #expect(bytes.count == 256 && bytes[3] == 3 && bytes[6] == 6, "nothing else is written")
    }

    @Test func itDoesNothingWhenItIsDismissed() throws {
        let tree = try tree()
        let lock = try FileDescriptor.open("\(tree.root)/\(GuardianTests.folder)/resource0", O_RDWR)
        try start(tree, lock: lock.rawValue).dismiss()
        #expect(try command(tree) == [7, 5])
    }

    /// Else the kernel would give the memory, and the device, to somebody else while DMA goes on.
    @Test func itHoldsLockAndMemoryAsLongAsItLives() throws {
        let tree = try tree()
        let path = "\(tree.root)/\(GuardianTests.folder)/resource0"
        var guardian: Guardian?
        let pair = try UnixSocket.pair()
        do {
            // Its only other owner is this block.
            let lock = try FileDescriptor.open(path, O_RDWR)
            #expect(flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0)
            let memory = try pair.other.duplicate(subject: "memory")
            guardian = try start(tree, lock: lock.rawValue, holding: [memory.rawValue])
        }
        let other = try FileDescriptor.open(path, O_RDWR)
        #expect(flock(other.rawValue, LOCK_EX | LOCK_NB) != 0)
        guardian.take()?.dismiss()
        #expect(flock(other.rawValue, LOCK_EX | LOCK_NB) == 0)
    }

    @Test func aDeviceIsGuardedFromItsStartToItsEnd() throws {
        let tree = try tree()
        let device = try tree.device()
        let claim = try DeviceClaim(device)
        let config = try ConfigSpace(of: device)
        try config.disable(.busMaster)
        let watch = DMAGuard()
        try claim.enableDMA(through: config, watchedBy: watch)
        #expect(try command(tree) == [7, 5])
        try config.disable(.busMaster)
        watch.forget(device)
        #expect(try command(tree) == [3, 5])
        // Nobody holds its lock but the claim.
        _ = consume claim
        _ = try DeviceClaim(device)
    }

    /// A claim waits for the guard of a process that was killed, and not for ever.
    @Test func aClaimWaitsForAGuard() throws {
        let tree = try tree()
        let device = try tree.device()
        let lock = try FileDescriptor.open("\(tree.root)/\(GuardianTests.folder)/resource0", O_RDWR)
        #expect(flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0)
        let number = lock.rawValue
        Thread {
            usleep(200_000)
            flock(number, LOCK_UN)
        }.start()
        _ = try DeviceClaim(device)
        withExtendedLifetime(lock) {}
    }
}
