import Ixy
package import IxyHardware
import IxySystem

/// QEMU with modelled 82599s among its devices.
///
/// It starts QEMU, serves the cards in the caller's thread, and ends QEMU if it still runs when it is done.
package final class VirtualMachine {
    /// The first card's number on bus 0.
    package static let firstSlot = 4

    private var process: ChildProcess
    private let server: RemotePCIServer
    private let ends: OtherEnds
    private let unplugs: [Int?]

    /// Starts QEMU.
    ///
    /// - Parameters:
    ///   - command: QEMU and its arguments. The machine has to have its memory in a file that can be shared.
    ///   - hasIOMMU: the machine has an Intel IOMMU, which has to be among the arguments.
    ///   - files: further descriptors that QEMU has under the same numbers.
    ///   - output, errors: its standard output and errors, if they are not this process's own.
    package init(
        _ command: [String], cards plans: [CardPlan], hasIOMMU: Bool, files: [CInt] = [], input: CInt? = nil,
        output: CInt? = nil, errors: CInt? = nil
    ) throws {
        let ends = OtherEnds()
        let test = try UnixSocket.pair()
        let testDescriptor = test.other.rawValue
        var others = [FileHolder(test.other)]
        let qtest = QTest(test.own)
        let unit = hasIOMMU ? RemappingUnit(qtest) : nil
        var arguments = command + [
            "-chardev", "socket,id=qtest,fd=\(testDescriptor)", "-qtest", "chardev:qtest", "-qtest-log", "none",
        ]
        var inherited = files + [testDescriptor]
        var cards: [RemoteNIC] = []
        for (index, plan) in plans.enumerated() {
            let pair = try UnixSocket.pair()
            let slot = VirtualMachine.firstSlot + index
            let address = plan.macAddress ?? MACAddress(0x02, 0, 0, 0, 0x82, UInt8(truncatingIfNeeded: index + 1))
            let descriptor = pair.other.rawValue
            let card = try RemoteNIC(socket: pair.own, slot: slot, unit: unit, macAddress: address,
                isVirtual: plan.isVirtual)
            others.append(FileHolder(pair.other))
            try ends.connect(card, plan)
            cards.append(card)
            inherited.append(descriptor)
            arguments += ["-device", "x-pci-proxy-dev,id=nic\(index),fd=\(descriptor),addr=0x\(String(slot, radix: 16))"]
        }
        self.ends = ends
        unplugs = plans.map(\.unplugAfter)
        server = RemotePCIServer(cards, qtest: qtest, files: ends.files)
        process = try ChildProcess.start(arguments, files: inherited, input: input, output: output, errors: errors)
        // The child has its own now: with ours open we would never see that it has closed them.
        withExtendedLifetime(others) {}
    }

    /// Serves until QEMU ends, or until `shouldStop` says so; then QEMU is ended.
    package func run(until shouldStop: () -> Bool) throws -> ChildProcess.Ending {
        try server.run {
            for (index, limit) in unplugs.enumerated() {
                guard let limit, !server.cards[index].isClosed else { continue }
                if ends.sent(index) >= limit { server.cards[index].unplug() }
            }
            return shouldStop() || process.poll() != nil
        }
        if process.poll() == nil {
            process.send(15)
            let deadline = Deadline(milliseconds: shouldStop() ? 2000 : 10_000)
            while process.poll() == nil, deadline.milliseconds > 0 { Deadline(milliseconds: 10).pass() }
            if process.poll() == nil { process.send(9) }
        }
        let ending = process.wait()
        try ends.finish()
        return ending
    }

    /// The violations of the specification by the guest's drivers, for each card.
    package var violations: [[Violation]] { server.cards.map(\.violations) }
    /// How often the guest has accessed each card.
    package var accesses: [Int] { server.cards.map(\.accesses) }
}

/// Keeps a file open.
private final class FileHolder {
    private let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
}
