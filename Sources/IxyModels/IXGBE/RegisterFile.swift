import Ixy
import IxyHardware

/// The registers of a modelled 82599: their values, and what the table says of each.
struct RegisterFile {
    /// The table's entry for one 32-bit word of the BAR.
    struct Word {
        let register: any Register.Type
        let index: Int
        let access: RegisterAccess
        let reserved: UInt32
        /// The bits that stay as they are written.
        let stored: UInt32
    }

    private static let shared = [
        IXGBERegisters.SWSM.offset(0), IXGBERegisters.FWSM.offset(0), IXGBERegisters.SW_FW_SYNC.offset(0),
    ]
    /// The value after a reset of a register for which the datasheet gives none, so that nobody can rely on zero.
    private static let leftover: UInt32 = 0xA5A5_A5A5
    /// Bytes of the BAR (82599 §8.1.1.2).
    static let size = 0x20000

    private(set) var values: [UInt32]
    /// Which words software has written since the last reset.
    private var isWritten = [Bool](repeating: false, count: size / 4)
    private let words: [Word?]
    /// Where a register is that also answers at another place.
    private let places: [Int: Int]
    /// The values after a reset.
    private let initial: [UInt32]
    /// Grows with each change of a value.
    private(set) var changes = 0

    init() {
        var words = [Word?](repeating: nil, count: RegisterFile.size / 4)
        var initial = [UInt32](repeating: 0, count: RegisterFile.size / 4)
        var places: [Int: Int] = [:]
        for register in IXGBERegisters.all + IXGBERegisters.unused {
            let (access, reserved, stored) = (register.access, register.reservedBits, register.storedBits)
            for index in 0..<register.count {
                let place = register.offset(index) / 4
                for alias in register.aliases(index) { places[alias] = place * 4 }
                words[place] = Word(register: register, index: index, access: access, reserved: reserved, stored: stored)
                initial[place] = register.isUndefinedAfterReset
                    ? RegisterFile.leftover & ~reserved : register.reset(at: index)
            }
        }
        self.words = words
        self.places = places
        self.initial = initial
        values = initial
    }

    /// Where the register lies that answers at `offset`.
    func place(of offset: Int) -> Int { places[offset] ?? offset }

    /// The word at `offset`; nil if the table has none there.
    func word(at offset: Int) -> Word? {
        offset >= 0 && offset % 4 == 0 && offset < RegisterFile.size ? words[offset / 4] : nil
    }

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

    /// Takes what software has written: reserved and read-only bits stay, bits that clear themselves are not kept.
    mutating func store(_ value: UInt32, at offset: Int, _ word: Word) {
        self[offset] = self[offset] & ~word.stored | value & word.stored
        isWritten[offset / 4] = true
    }

    /// Whether software has written each register of an array since the last reset.
    func areAllWritten(_ register: any Register.Type) -> Bool {
        (0..<register.count).allSatisfy { isWritten[register.offset($0) / 4] }
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

    /// The word at `offset` as after a reset.
    mutating func reset(at offset: Int) { self[offset] = initial[offset / 4] }

    /// All registers as after a reset by software, which is none for what the ports and the firmware share.
    mutating func reset() {
        changes &+= 1
        let shared = RegisterFile.shared.map { values[$0 / 4] }
        values = initial
        for (offset, value) in zip(RegisterFile.shared, shared) { values[offset / 4] = value }
        for index in isWritten.indices { isWritten[index] = false }
    }
}
