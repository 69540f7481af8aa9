import Ixy
import IxyHardware

/// The registers of a modelled 82599: their values, and what the table says of each.
struct RegisterFile {
    /// What the table says of one 32-bit word of the BAR.
    struct Word {
        let register: any Register.Type
        let index: Int
        let access: RegisterAccess
        let reserved: UInt32
    }

    /// Bytes of the BAR (82599 §8.1.1.2).
    static let size = 0x20000

    private(set) var values = [UInt32](repeating: 0, count: size / 4)
    private let words: [Word?]
    /// Grows with each change of a value.
    private(set) var changes = 0

    init() {
        var words = [Word?](repeating: nil, count: RegisterFile.size / 4)
        for register in IXGBERegisters.all {
            for index in 0..<register.count {
                words[register.offset(index) / 4] = Word(
                    register: register, index: index, access: register.access, reserved: register.reservedBits)
            }
        }
        self.words = words
        reset()
    }

    /// What lies at `offset`, or nil if the table knows nothing there.
    func word(at offset: Int) -> Word? { words[offset / 4] }

    subscript(offset: Int) -> UInt32 {
        get { values[offset / 4] }
        set {
            values[offset / 4] = newValue
            changes &+= 1
        }
    }

    /// The value of register `R`.
    func get<R: Register>(_: R.Type, _ index: Int = 0) -> RegisterValue<R> {
        RegisterValue(read: self[R.offset(index)])
    }

    /// Whether all bits of a field are one.
    func isSet<R: Register>(_ field: Field<R>, _ index: Int = 0) -> Bool { get(R.self, index).isSet(field) }

    /// A field's value.
    func field<R: Register>(_ field: Field<R>, _ index: Int = 0) -> UInt32 { get(R.self, index)[field] }

    /// Sets a field, whatever the register's access: this is the hardware's side.
    mutating func put<R: Register>(_ field: Field<R>, _ value: UInt32, _ index: Int = 0) {
        var register = get(R.self, index)
        register[field] = value
        self[R.offset(index)] = register.raw
    }

    /// Adds to a counter, which stays at its end instead of starting anew (82599 §8.2.3.23).
    mutating func add<R: StatisticsRegister>(_: R.Type, _ amount: Int, _ index: Int = 0) {
        let old = self[R.offset(index)]
        let (sum, overflow) = old.addingReportingOverflow(UInt32(clamping: amount))
        self[R.offset(index)] = overflow ? .max : sum
    }

    /// Adds to a counter of two registers.
    mutating func add<Low: StatisticsRegister, High: StatisticsRegister>(
        _: Low.Type, _: High.Type, _ amount: Int, _ index: Int = 0
    ) {
        let old = UInt64(self[High.offset(index)]) << 32 | UInt64(self[Low.offset(index)])
        let sum = old &+ UInt64(amount)
        self[Low.offset(index)] = UInt32(truncatingIfNeeded: sum)
        self[High.offset(index)] = UInt32(truncatingIfNeeded: sum >> 32) & 0xF
    }

    /// All registers as after a reset.
    mutating func reset() {
        changes &+= 1
        for index in values.indices {
            values[index] = words[index].map { $0.register.reset } ?? 0
        }
    }
}
