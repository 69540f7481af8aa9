import IxyHardware
import IxySystem

/// Serves modelled cards to a virtual machine, in the thread that calls it.
package final class RemotePCIServer {
    package let cards: [RemoteNIC]
    private let qtest: QTest
    /// Other files that bring frames.
    private let files: [CInt]
    private var hasReported = false

    package init(_ cards: [RemoteNIC], qtest: QTest, files: [CInt] = []) {
        self.cards = cards
        self.qtest = qtest
        self.files = files
    }

    /// Serves until QEMU lets go of all cards, or `shouldStop` says so, which is asked every few milliseconds.
    ///
    /// - Throws: what one of the connections died of, unless it was QEMU's end.
    package func run(until shouldStop: () -> Bool) throws(RemotePCIError) {
        var patience: UInt64 = 0
        while !shouldStop() {
            let open = cards.filter { !$0.isClosed }
            if open.isEmpty { return }
            let ready = FileDescriptor.waitReadable(
                open.map(\.descriptor) + [qtest.descriptor] + files, nanoseconds: patience)
            for (index, card) in open.enumerated() where ready[index] {
                do throws(RemotePCIError) {
                    try card.answer()
                } catch .closed {
                    continue
                }
            }
            if ready[open.count] { qtest.drain() }
            if qtest.isBroken { return }
            patience = move(open)
        }
    }

    /// Moves all cards on until nothing moves any more, or a few times.
    ///
    /// - Returns: how long there will be nothing to do, in nanoseconds.
    private func move(_ open: [RemoteNIC]) -> UInt64 {
        var moved = 0
        for _ in 0..<4 {
            moved = open.reduce(0) { $0 + $1.step() }
            if moved == 0 { break }
        }
        var patience: UInt64 = moved > 0 ? 0 : 2_000_000
        for card in open {
            guard let due = card.sendInterrupts(by: qtest) else { continue }
            let now = MonotonicClock.nanoseconds
            patience = min(patience, due > now ? due - now : 0)
        }
        return patience
    }
}
