import Glibc
import IxySystem
import IxyHardware
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
}
