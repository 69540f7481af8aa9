import IxyHardware

/// A modelled VirtIO device's ways to its driver's memory, and a record of the driver's violations.
struct DeviceMemory: ~Copyable {
    /// The ways to buffers and to rings, which take turns.
    var buffers: DMAPort
    var rings: DMAPort
    var log = ViolationLog()

    init(_ space: IOAddressSpace) {
        buffers = DMAPort(space)
        rings = DMAPort(space)
    }

    /// Forgets what was found and is not mapped any more. Each step starts with it; what is unmapped during a step is
    /// gone only after it.
    mutating func lookAnew() {
        if !buffers.isCurrent { buffers.forget() }
        if !rings.isCurrent { rings.forget() }
    }

    mutating func violate(_ text: String, _ section: String) { log.add(text, section) }
}

/// A record of a driver's violations, limited so that a driver in a loop does not fill the memory.
struct ViolationLog {
    /// The first ones, without repetitions in a row.
    private(set) var list: [Violation] = []
    /// How many there were.
    private(set) var total = 0
    /// Violations seen now are not the driver's doing.
    var isPaused = false
    private static let limit = 1000

    mutating func add(_ text: String, _ section: String) {
        guard !isPaused else { return }
        total += 1
        let violation = Violation(text: text, section: section, document: "VirtIO 1.2")
        if list.count < ViolationLog.limit, list.last != violation { list.append(violation) }
    }
}

/// A number as people write flags.
func hex(_ value: Int) -> String { "0x" + String(value, radix: 16, uppercase: true) }
