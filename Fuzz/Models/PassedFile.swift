import Foundation
import IxyHardware
import IxyModels

/// Open files of all kinds, to be passed to somebody who wants memory or a counter.
struct PassedFile: ~Copyable {
    /// Memory that is sealed, as it should be, and the words in it.
    let memory: DMAMemory
    var port: DMAPort
    static let size = 1 << 18

    let event: EventFile
    private let fullEvent: EventFile
    private let unsealed: FileDescriptor
    /// As large as a file can be.
    let endless: FileDescriptor
    private let short: FileDescriptor
    private let null: FileDescriptor
    /// Nobody reads it.
    private let pipe = Pipe().fileHandleForWriting

    init() throws {
        let space = IOAddressSpace()
        let memory = try DMAMemory(count: PassedFile.size, pages: .small, mapper: space)
        let event = try EventFile(), fullEvent = try EventFile()
        let unsealed = try FileDescriptor.inMemory("unsealed")
        let endless = try FileDescriptor.inMemory("endless", isSealable: true)
        let short = try FileDescriptor.inMemory("short", isSealable: true)
        let null = try FileDescriptor.open("/dev/null", O_RDWR)
        ftruncate(unsealed.rawValue, PassedFile.size)
        ftruncate(endless.rawValue, Int.max)
        ftruncate(short.rawValue, 4095)
        PassedFile.fill(fullEvent)
        self.memory = memory
        port = DMAPort(space)
        self.event = event
        self.fullEvent = fullEvent
        self.unsealed = unsealed
        self.endless = endless
        self.short = short
        self.null = null
    }

    var base: UInt64 { memory.pageAddresses[0] }

    /// Makes a counter as large as it can be, and its users wait.
    static func fill(_ event: EventFile) {
        guard let file = try? event.duplicate() else { return }
        // The last ones singly, as others may count meanwhile, and a number that does not fit is waited with.
        event.take()
        var written = 0
        try? file.write(little(.max - 65).span.rawBytes, written: &written, subject: "a counter")
        for _ in 0..<64 { event.signal() }
        _ = fcntl(file.rawValue, F_SETFL, 0)
    }

    /// Returns the right file to pass, or now and then another one.
    func number(_ isMemory: Bool, isRight: Bool = false, _ chance: inout Chance) -> CInt {
        guard !isRight, chance.once(in: 12) else { return isMemory ? memory.memory.descriptor : event.descriptor }
        return chance.one(of: [
            memory.memory.descriptor, event.descriptor, fullEvent.descriptor, unsealed.rawValue, endless.rawValue,
            short.rawValue, null.rawValue, pipe.fileDescriptor,
        ])
    }
}
