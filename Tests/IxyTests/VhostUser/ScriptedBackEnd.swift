import Foundation
import IxyHardware
import Synchronization

/// A message as it came.
struct RawMessage: Equatable {
    let code: UInt32
    let flags: UInt32
    let payload: [UInt8]
    let files: Int
}

/// A back-end that follows a script, and knows nothing of our code's idea of the messages.
final class ScriptedBackEnd: Sendable {
    /// Its answer to a message with a certain number.
    enum Answer: Sendable {
        /// These bytes, a whole message or not.
        case bytes([UInt8])
        /// The same with an open file.
        case bytesAndFile([UInt8])
        /// The end of the connection after these bytes.
        case hangUp([UInt8])
        case silence
    }

    private let script: [UInt32: Answer]
    private let features: UInt64
    private let protocolFeatures: UInt64
    private let log = Mutex<[RawMessage]>([])
    private let shouldStop = Atomic<Bool>(false)
    private let hasStopped = Atomic<Bool>(false)

    /// Everything that our driver knows.
    static let allFeatures: UInt64 = 0x1D_7C66_E7CB

    init(
        at path: String, features: UInt64 = allFeatures | 1 << 30, protocolFeatures: UInt64 = 0x10209,
        script: [UInt32: Answer] = [:]
    ) throws {
        self.features = features
        self.protocolFeatures = protocolFeatures
        self.script = script
        let listener = Mutex<UnixListener?>(try UnixListener.bind(path))
        Thread.detachNewThread { [self] in
            serve(listener.withLock { $0.take()! })
            hasStopped.store(true, ordering: .releasing)
        }
    }

    /// All messages so far.
    var messages: [RawMessage] { log.withLock { $0 } }
    var codes: [UInt32] { messages.map(\.code) }
    func forget() { log.withLock { $0 = [] } }

    /// Ends it as if it were killed.
    func stop() {
        shouldStop.store(true, ordering: .releasing)
        while !hasStopped.load(ordering: .acquiring) { usleep(500) }
    }

    private func serve(_ listener: consuming UnixListener) {
        while !shouldStop.load(ordering: .acquiring) {
            guard let socket = try? listener.accept(before: Deadline(milliseconds: 5)) else { continue }
            while !shouldStop.load(ordering: .acquiring), converse(socket) {}
        }
    }

    /// Reads a message and answers it; false at the end of the connection.
    private func converse(_ socket: borrowing UnixSocket) -> Bool {
        guard (try? socket.waitReadable(before: Deadline(milliseconds: 5))) ?? false else { return true }
        let deadline = Deadline(milliseconds: 1000)
        var files = PassedFiles()
        guard let header = try? socket.receive(count: 12, files: &files, before: deadline) else { return false }
        let code = number(header, 0), flags = number(header, 4), size = number(header, 8)
        guard let payload = try? socket.receive(count: Int(size), files: &files, before: deadline) else { return false }
        log.withLock { $0.append(RawMessage(code: code, flags: flags, payload: payload, files: files.count)) }
        var answer = script[code]
        if answer == nil, let word = usualAnswer(code, flags, payload) { answer = .bytes(message(code, 5, word)) }
        switch answer {
        case .bytes(let bytes): return (try? socket.send(bytes, before: deadline)) != nil
        case .bytesAndFile(let bytes):
            guard let event = try? EventFile() else { return false }
            return (try? socket.send(bytes, files: [event.descriptor], before: deadline)) != nil
        case .hangUp(let bytes):
            if !bytes.isEmpty { try? socket.send(bytes, before: deadline) }
            return false
        case .silence, nil: return true
        }
    }

    private func usualAnswer(_ code: UInt32, _ flags: UInt32, _ payload: [UInt8]) -> [UInt8]? {
        switch code {
        case 1: word(features)
        case 15: word(protocolFeatures)
        case 17: word(4)
        case 40: word(0x0B)
        case 11: payload
        default: flags & 8 != 0 ? word(0) : nil
        }
    }
}

/// The little-endian number at `offset`.
func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
}

/// Eight bytes of a message.
func word(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
}

/// A message with its header.
func message(_ code: UInt32, _ flags: UInt32, size: UInt32? = nil, _ payload: [UInt8] = []) -> [UInt8] {
    [code, flags, size ?? UInt32(payload.count)].flatMap { word(UInt64($0))[..<4] } + payload
}
