import Foundation
import Ixy

/// Which way the frames go.
enum Mode: String, CaseIterable {
    case receive, transmit, forward

    /// The front-end's forwarding mode.
    var frontEnd: String {
        switch self {
        case .receive: "rxonly"
        case .transmit: "txonly"
        case .forward: "macswap"
        }
    }

    var backEnd: String {
        switch self {
        case .receive: "txonly"
        case .transmit: "rxonly"
        case .forward: "io"
        }
    }

    /// The name of the back-end's counter.
    var counter: String { self == .receive ? "TX-packets: " : "RX-packets: " }
}

/// How the queues are laid out.
struct Layout {
    var isPacked: Bool
    var isMergeable: Bool
    /// The back-end promises to use buffers in order.
    var isInOrder = false
    /// DPDK's front-end takes its vectorised path, which it has without mergeable buffers: in packed rings it wants the
    /// promised order and AVX-512, and in split rings it is for receiving alone and wants no promise.
    var isVectorised = false

    var name: String {
        (isPacked ? "packed" : "split") + (isMergeable ? ", mergeable" : "") + (isInOrder ? ", in order" : "")
            + (isVectorised ? ", DPDK vectorised" : "")
    }

    static let plain = [Layout(isPacked: false, isMergeable: true), Layout(isPacked: true, isMergeable: true)]
    static let others = [
        Layout(isPacked: false, isMergeable: false), Layout(isPacked: true, isMergeable: false),
        Layout(isPacked: false, isMergeable: false, isInOrder: true),
        Layout(isPacked: true, isMergeable: false, isInOrder: true),
    ]
    static let vectorised = [
        Layout(isPacked: false, isMergeable: false, isVectorised: true),
        Layout(isPacked: true, isMergeable: false, isInOrder: true, isVectorised: true),
    ]
}

/// A front-end on processor 0, either ours or DPDK's, and DPDK's back-end on processor 1. Both are paused outside of `run`
/// and `count`.
final class Pair {
    private let backEnd: Program
    private let frontEnd: Program
    private let mode: Mode

    /// - Parameter ours: the program that is our front-end; nil for DPDK's.
    init(ours: String?, _ layout: Layout, _ mode: Mode, folder: String) throws {
        self.mode = mode
        let name = "\(ProcessInfo.processInfo.processIdentifier)-\(ours == nil ? "dpdk" : "ours")"
        let socket = "\(folder)/\(name).sock"
        try? FileManager.default.removeItem(atPath: socket)
        func testpmd(_ side: String, cpu: Int, _ options: [String], _ vdev: String, _ mode: String) throws -> Program {
            try Program("dpdk-testpmd", [
                "--lcores", "0@\(cpu),1@\(cpu)", "--no-pci", "--no-huge", "-m", "256", "--no-telemetry",
                "--file-prefix=ixy-\(name)-\(side)", "--vdev", vdev,
            ] + options + [
                "--", "-i", "--burst=32", "--total-num-mbufs=8192", "--no-flush-rx", "--forward-mode=\(mode)",
            ])
        }
        backEnd = try testpmd("back", cpu: 1, [], "net_vhost0,iface=\(socket),queues=1", mode.backEnd)
        _ = try backEnd.line(with: "Done")
        if let ours {
            let options = (layout.isPacked ? ",packed" : "") + (layout.isMergeable ? "" : ",mergeable=off")
                + (layout.isInOrder ? "" : ",in-order=off")
            frontEnd = try Program(ours, ["vhost-user:\(socket)\(options)", mode.frontEnd])
        } else {
            let device = "net_virtio_user0,mac=02:00:00:00:00:01,path=\(socket),queues=1,queue_size=256,"
                + "packed_vq=\(layout.isPacked ? 1 : 0),mrg_rxbuf=\(layout.isMergeable ? 1 : 0),"
                + "in_order=\(layout.isInOrder ? 1 : 0),vectorized=\(layout.isVectorised ? 1 : 0)"
            let options = ["--single-file-segments"] + (layout.isVectorised ? ["--force-max-simd-bitwidth=512"] : [])
            frontEnd = try testpmd("front", cpu: 0, options, device, mode.frontEnd)
            _ = try frontEnd.line(with: "Done")
            try frontEnd.say("start")
        }
        _ = try backEnd.line(with: "link state change event")
        usleep(200_000)
        // A closed loop begins with as many frames as its rings hold.
        try backEnd.say(mode == .forward ? "start tx_first 8" : "start")
        usleep(300_000)
        pause()
        let old = try count()
        _ = run(nanoseconds: 100_000_000)
        guard try count() > old + 1000 else {
            end()
            throw Failure("no frames pass: \(ours == nil ? "DPDK's" : "our") front-end, \(layout.name), \(mode)")
        }
    }

    private func pause() {
        frontEnd.pause()
        backEnd.pause()
    }

    /// Lets both run for about so long.
    ///
    /// - Returns: how long it was, and the part of it in which one of the two had to wait for a processor.
    func run(nanoseconds: UInt64) -> (nanoseconds: Double, waited: Double) {
        let old = (frontEnd.waited(), backEnd.waited())
        let start = MonotonicClock.nanoseconds
        backEnd.resume()
        frontEnd.resume()
        usleep(UInt32(nanoseconds / 1000))
        let time = Double(MonotonicClock.nanoseconds - start)
        pause()
        let waited = max(frontEnd.waited() - old.0, backEnd.waited() - old.1)
        return (time, Double(waited) / time)
    }

    /// How many frames the back-end has moved so far. Only the back-end runs meanwhile, so that what lies in the rings, at
    /// most 256 frames, is all that can be added.
    func count() throws -> UInt64 {
        backEnd.resume()
        try backEnd.say("show port stats 0")
        let line = try backEnd.line(with: mode.counter)
        _ = try backEnd.line(with: "Tx-bps")
        backEnd.pause()
        let tail = line.components(separatedBy: mode.counter).last ?? ""
        guard let number = tail.split(separator: " ").first, let count = UInt64(number) else {
            throw Failure("testpmd's counters cannot be read: \(line)")
        }
        return count
    }

    func end() {
        frontEnd.end()
        backEnd.end()
    }
}
