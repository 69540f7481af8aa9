/// Which descriptors, or buffer ids, the device has: from being taken until the driver has been told that they were used.
///
/// A buffer used within a burst stays marked until the burst is published, without a second look at each: its mark is
/// the burst's number.
struct HeldMarks {
    /// A mark for each, and the number of the burst: for a loop that uses what it takes at once.
    var marks: [UInt32]
    private(set) var burst: UInt32 = 1

    private static let held = UInt32.max

    init(count: Int) {
        marks = [UInt32](repeating: 0, count: count)
    }

    /// Whether the device has it.
    @inline(__always)
    subscript(_ index: Int) -> Bool {
        HeldMarks.isHeld(marks[index], in: burst)
    }

    @inline(__always)
    mutating func hold(_ index: Int) { marks[index] = HeldMarks.held }

    /// It is used, which the driver will be told with the rest of the burst.
    @inline(__always)
    mutating func use(_ index: Int) { marks[index] = burst }

    /// The driver has been told.
    mutating func publish() {
        burst = burst &+ 1 == HeldMarks.held ? 1 : burst &+ 1
    }

    /// Whether a mark says that the device has it.
    @inline(__always)
    static func isHeld(_ mark: UInt32, in burst: UInt32) -> Bool { mark == held || mark == burst }
}
