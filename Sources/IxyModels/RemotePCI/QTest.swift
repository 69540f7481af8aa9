package import IxyHardware
import Synchronization

/// QEMU's test socket, by which interrupts reach the guest: without KVM the remote-PCI protocol has no way for them.
///
/// A line is a command, and each is answered by a line, in order. Answers are not waited for unless they say something.
package final class QTest: Sendable {
    fileprivate struct State: ~Copyable {
        let socket: UnixSocket
        var input: [UInt8] = []
        /// Commands whose answer has not come yet.
        var awaited = 0
        var isBroken = false
    }
    private let state: Mutex<State>
    /// Milliseconds that QEMU has for an answer, or to take a command: it stands still for seconds on a loaded machine.
    fileprivate static let patience = 20_000

    package init(_ socket: consuming UnixSocket) {
        state = Mutex(State(socket: socket))
    }

    /// Writes a word at a physical address of the guest.
    func write32(_ value: UInt32, at address: UInt64) { post("writel 0x\(String(address, radix: 16)) 0x\(String(value, radix: 16))") }

    /// Sets a pin of the machine's interrupt controller.
    func setPin(_ number: Int, _ isHigh: Bool) {
        post("set_irq_in ioapic unnamed-gpio-in \(number) \(isHigh ? 1 : 0)")
    }

    /// Reads a 64-bit word at a physical address of the guest; nil if QEMU does not answer.
    func read64(at address: UInt64) -> UInt64? {
        ask("readq 0x\(String(address, radix: 16))").flatMap(QTest.number)
    }
    /// Reads a 32-bit word.
    func read32(at address: UInt64) -> UInt32? {
        ask("readl 0x\(String(address, radix: 16))").flatMap(QTest.number).map { UInt32(truncatingIfNeeded: $0) }
    }

    private static func number(_ line: String) -> UInt64? {
        guard let text = line.split(separator: " ").dropFirst().first, text.hasPrefix("0x") else { return nil }
        return UInt64(text.dropFirst(2), radix: 16)
    }

    private func post(_ command: String) { state.withLock { $0.send(command) } }

    private func ask(_ command: String) -> String? {
        state.withLock { state in
            state.send(command)
            return state.lastAnswer(before: Deadline(milliseconds: QTest.patience))
        }
    }

    /// The socket's number, to wait for what there is to drain.
    var descriptor: CInt { state.withLock { $0.socket.descriptor } }
    /// Reads what has come.
    func drain() { state.withLock { $0.drain() } }
    /// QEMU is gone.
    var isBroken: Bool { state.withLock { $0.isBroken } }
}

extension QTest.State {
    fileprivate mutating func send(_ command: String) {
        guard !isBroken else { return }
        do {
            try socket.send(Array((command + "\n").utf8), before: Deadline(milliseconds: QTest.patience))
            awaited += 1
        } catch {
            isBroken = true
        }
        // QEMU stops to read when nobody reads its answers.
        if awaited > 64 { drain() }
    }

    /// Takes a line that has come.
    private mutating func takeLine() -> String? {
        guard let end = input.firstIndex(of: 0x0A) else { return nil }
        defer { input.removeSubrange(...end) }
        return String(decoding: input[..<end], as: UTF8.self)
    }

    private mutating func receive(before deadline: Deadline) -> Bool {
        do {
            guard let bytes = try socket.receiveSome(before: deadline) else { return false }
            input += bytes
            return true
        } catch {
            isBroken = true
            return false
        }
    }

    fileprivate mutating func drain() {
        while !isBroken, receive(before: Deadline(milliseconds: 0)) {}
        while awaited > 0, takeAnswer() != nil {}
    }

    /// The next answer, if it is there. Other lines are QEMU's remarks on interrupts.
    private mutating func takeAnswer() -> String? {
        while let line = takeLine() {
            guard line.hasPrefix("OK") || line.hasPrefix("FAIL") else { continue }
            awaited -= 1
            return line
        }
        return nil
    }

    fileprivate mutating func lastAnswer(before deadline: Deadline) -> String? {
        var last: String?
        while awaited > 0, !isBroken {
            if let line = takeAnswer() {
                last = line
            } else if !receive(before: deadline) {
                return nil
            }
        }
        return last
    }
}
