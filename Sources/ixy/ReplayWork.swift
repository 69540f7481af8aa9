import Glibc
import Ixy
import IxyCapture
import IxyHardware

/// Sends the frames of a capture on one queue.
struct ReplayWork: TrafficWork, ~Copyable {
    private var queues: QueuePair
    private var pool: PacketPool
    private var batch: PacketBatch
    private var reader: CaptureReader
    /// Bytes of the longest frame that is sent.
    private let longest: Int
    private let path: String
    /// How often the file is still to be read after this time.
    private var loopsLeft: Int
    private var pacer: PacketPacer
    private let speed: Double?
    private let meter: QueueMeter
    private let budget: PacketBudget
    private var steps = 0

    /// The frame that waits for its time or for a buffer; its bytes are the reader's.
    private var pending: CaptureRecord?
    /// The capture's first stamp, and when its frame was sent.
    private var origin: (stamp: UInt64, time: UInt64)?
    private var isAtEnd = false
    /// Why the reading ended; thrown when the frames before it are sent.
    private var failure: CaptureError?

    init(
        queues: consuming QueuePair, pool: consuming PacketPool, reader: consuming CaptureReader, path: String,
        longest: Int, loops: Int, pacer: PacketPacer, speed: Double?, batch: Int, meter: QueueMeter, budget: PacketBudget
    ) {
        self.queues = queues
        self.pool = pool
        self.batch = PacketBatch(capacity: batch)
        self.reader = reader
        self.path = path
        self.longest = longest
        loopsLeft = loops - 1
        self.pacer = pacer
        self.speed = speed
        self.meter = meter
        self.budget = budget
    }

    mutating func step() throws -> Bool {
        if batch.isEmpty { fill() }
        queues.transmit.transmit(&batch)
        steps &+= 1
        if steps & 63 == 0 { queues.update(meter) }
        guard isAtEnd, batch.isEmpty else { return true }
        if let failure { throw failure }
        return false
    }

    /// Puts the frames that are due into the batch.
    private mutating func fill() {
        while batch.room > 0, let record = nextRecord() {
            guard isDue(record) else { return }
            // Ethernet's header at least.
            guard (14...longest).contains(record.capturedLength),
                reader.interfaces[record.interface].linkType == .ethernet
            else {
                meter.addDrops(1)
                pending = nil
                continue
            }
            guard pacer.claim(1) == 1 else { return }
            guard var packet = pool.makePacket(count: record.capturedLength) else {
                pacer.giveBack(1)
                return
            }
            packet.copy(reader.bytes)
            batch.append(packet)
            pending = nil
        }
    }

    /// The frame that waits, or else the next one of the file.
    private mutating func nextRecord() -> CaptureRecord? {
        if let pending { return pending }
        guard !isAtEnd else { return nil }
        do {
            pending = try reader.next()
            while pending == nil, loopsLeft > 0, reader.frameCount > 0 {
                loopsLeft -= 1
                reader = try CaptureReader(path: path)
                origin = nil
                pending = try reader.next()
            }
        } catch {
            failure = error
        }
        if pending == nil || budget.claim(1) == 0 {
            pending = nil
            isAtEnd = true
        }
        return pending
    }

    /// Whether the frame's time has come. Sleeps a little if it is far off.
    private mutating func isDue(_ record: CaptureRecord) -> Bool {
        guard let speed, let stamp = record.stamp else { return true }
        let now = MonotonicClock.nanoseconds
        guard let origin else {
            self.origin = (stamp, now)
            return true
        }
        let wait = (Double(stamp) - Double(origin.stamp)) / speed - Double(now - origin.time)
        // At most a millisecond, so that a stop is noticed.
        if wait > 200_000, batch.isEmpty { usleep(wait > 1_100_000 ? 1000 : 100) }
        return wait <= 0
    }

    mutating func finish() {
        queues.flush(meter)
    }
}
