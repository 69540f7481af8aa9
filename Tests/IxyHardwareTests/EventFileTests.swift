import Foundation
import Glibc
import IxySystem
import IxyHardware
import Synchronization
import Testing

@Suite struct EventFileTests {
    @Test func signalsAddUpUntilTheyAreTaken() throws {
        let event = try EventFile()
        #expect(event.take() == 0)
        event.signal()
        event.signal()
        #expect(event.take() == 2)
        #expect(event.take() == 0)
    }

    @Test func aNotifierRingsADuplicate() throws {
        let event = try EventFile()
        let notifier = Notifier(event: try event.duplicate())
        notifier.notify()
        #expect(event.take() == 1)
    }

    @Test func aFileThatWasMadeToWaitIsNotWaitedFor() throws {
        let file = try EventFile().duplicate()
        try file.set(nonblocking: false)
        let event = EventFile(adopting: file)
        #expect(event.take() == 0)
        event.signal()
        #expect(event.take() == 1)
    }

    /// The other side of a kick has the same open file: it can fill it and make it wait.
    @Test(arguments: [false, true]) func aCounterAtItsEndIsNotWaitedFor(isNotifier: Bool) throws {
        let event = try EventFile()
        let file = try event.duplicate()
        var written = 0
        let most: [UInt8] = [0xFE] + [UInt8](repeating: 0xFF, count: 7)
        try file.write(most.span.rawBytes, written: &written, subject: "a counter")
        #expect(fcntl(file.rawValue, F_SETFL, 0) == 0)
        let notifier = Notifier(event: try event.duplicate())
        let isDone = Mutex(false)
        // If it waits, it does so in a thread of its own.
        Thread.detachNewThread {
            if isNotifier { notifier.notify() } else { event.signal() }
            isDone.withLock { $0 = true }
        }
        let end = ContinuousClock.now.advanced(by: .seconds(5))
        while !isDone.withLock({ $0 }), ContinuousClock.now < end { usleep(1000) }
        #expect(isDone.withLock { $0 })
        #expect(event.take() == UInt64.max - 1)
    }

    @Test func onlyACounterIsTakenFromOthers() throws {
        let file = try EventFile().duplicate()
        _ = try EventFile(checking: file)
        #expect(throws: HardwareError.self) {
            _ = try EventFile(checking: try FileDescriptor.inMemory("anon_inode:[eventfd]"))
        }
        #expect(throws: HardwareError.self) { _ = try EventFile(checking: try FileDescriptor.reading("/dev/null")) }
        #expect(throws: HardwareError.self) { _ = try EventFile(checking: FileDescriptor(adopting: -1)) }
    }
}
