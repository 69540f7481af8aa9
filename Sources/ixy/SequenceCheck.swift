import IxyHardware
import Synchronization

/// Follows the numbers of frames that `generate` has made: which are lost, which came twice, which came too late.
///
/// A number is lost if it lies between the lowest and the highest one that came, and did not come itself. Frames of a
/// flow that came through the same queue are expected in order; others are not.
struct SequenceCheck: ~Copyable {
    /// The latest numbers, of which it is known whether they came: one bit each.
    private var window = [UInt64](repeating: 0, count: SequenceCheck.windowWords)
    private static let windowWords = 1 << 14
    /// How far back it is known. Of the oldest word some bits are the newest numbers' already.
    private static let reach = UInt64((windowWords - 1) * 64)
    /// For each queue and flow, the highest number that came, and one; 0 for none. Empty for a queue without frames.
    private var latest: [[UInt64]]
    private(set) var report = SequenceReport()

    init(queues: Int) {
        latest = Array(repeating: [], count: queues)
    }

    /// Notes a frame that came through `queue`.
    mutating func note(_ frame: borrowing RawSpan, queue: Int) {
        guard let frame = NumberedFrame(frame) else {
            report.withoutNumber += 1
            return
        }
        guard frame.isIntact else {
            report.damaged += 1
            return
        }
        note(frame.sequence, flow: frame.flow, queue: queue)
    }

    /// Notes the number of an intact frame.
    mutating func note(_ number: UInt64, flow: UInt16, queue: Int) {
        guard isNew(number) else {
            report.doubled += 1
            return
        }
        report.different += 1
        report.lowest = min(report.lowest, number)
        report.highest = max(report.highest, number)
        if latest[queue].isEmpty { latest[queue] = Array(repeating: 0, count: 1 << 16) }
        if number < latest[queue][Int(flow)] {
            report.reordered += 1
        } else {
            latest[queue][Int(flow)] = number &+ 1
        }
    }

    /// Whether `number` has not come before. One that lies so far back that this is not known any more counts as doubled.
    private mutating func isNew(_ number: UInt64) -> Bool {
        if report.different == 0 {
            report.highest = number
        } else if number > report.highest {
            forget(from: report.highest, to: number)
        } else if report.highest - number >= Self.reach {
            return false
        }
        let bit: UInt64 = 1 << (number % 64)
        let word = Int(number / 64 % UInt64(Self.windowWords))
        defer { window[word] |= bit }
        return window[word] & bit == 0
    }

    /// Makes the window end with `next` instead of `last`.
    private mutating func forget(from last: UInt64, to next: UInt64) {
        let (first, end) = (last / 64, next / 64)
        // The word with `last` stays: bits behind it are zero already.
        for word in 0..<min(end - first, UInt64(Self.windowWords)) {
            window[Int((end - word) % UInt64(Self.windowWords))] = 0
        }
    }
}

/// The outcome of a sequence check.
struct SequenceReport: Sendable, Equatable {
    /// Different numbers that came.
    var different: UInt64 = 0
    var lowest = UInt64.max
    var highest: UInt64 = 0
    /// Frames whose number had come before.
    var doubled: UInt64 = 0
    /// Frames that came after one with a higher number, of the same flow and queue.
    var reordered: UInt64 = 0
    /// Frames whose checksum is wrong. Their number is not looked at.
    var damaged: UInt64 = 0
    /// Frames that are not from `generate`.
    var withoutNumber: UInt64 = 0

    /// Numbers that did not come, between others that did.
    var lost: UInt64 { different == 0 ? 0 : highest &- lowest &+ 1 &- different }

    var text: String {
        let range = different > 0 ? " from \(lowest) to \(highest)" : ""
        return "sequence: \(different) numbers\(range); lost \(lost), doubled \(doubled), reordered \(reordered), "
            + "damaged \(damaged); \(withoutNumber) frames without a number\n"
    }

    var json: String {
        "{\"sequence\":true,\"numbers\":\(different),\"lowest\":\(different > 0 ? String(lowest) : "null"),"
            + "\"highest\":\(different > 0 ? String(highest) : "null"),\"lost\":\(lost),\"doubled\":\(doubled),"
            + "\"reordered\":\(reordered),\"damaged\":\(damaged),\"withoutNumber\":\(withoutNumber)}\n"
    }
}

/// Where a thread leaves its report for the one that prints it.
final class SequenceMeter: Sendable {
    private let latest = Mutex(SequenceReport())

    func update(_ report: SequenceReport) { latest.withLock { $0 = report } }
    var report: SequenceReport { latest.withLock { $0 } }
}
