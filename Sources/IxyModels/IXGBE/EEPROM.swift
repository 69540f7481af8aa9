import Ixy
import IxyHardware

/// The words of a modelled board's EEPROM: an adapter with a cage for SFP+ modules that takes any of them. (82599 §6)
struct EEPROM {
    /// As EEC.EE_Size says. (82599 §8.2.3.2.1)
    static let count = 1024

    private var words = [UInt16](repeating: 0, count: count)

    /// Word `address`; what lies behind the end reads as erased.
    subscript(address: Int) -> UInt16 { address < words.count ? words[address] : 0xFFFF }

    init() {
        // The words from 3 to 0xE would point to what the chip loads by itself; a pointer of 0 means none.
        place([0x0000, 0x0000], at: 0x15)  // Part number
        place([0x0001], at: 0x2C)  // Capabilities: modules of any maker
        // How each kind of SFP+ module is driven: kind and place of each, then the values, all ended by FFFF.
        place([0x0040], at: 0x2B)
        place([0x0000] + (0..<7).flatMap { [UInt16($0), 0x0060] } + [0xFFFF], at: 0x40)
        place([0x0001, 0x0000, 0xFFFF], at: 0x60)
        // Firmware: no link management, and its version.
        place([0x0080], at: 0x0F)
        place([0x0000, 0x0000, 0x0000, 0x0000, 0x0090], at: 0x80)
        place([0x0010], at: 0x97)
        // The sum of words 0 to 3F is BABA.
        words[0x3F] = 0xBABA &- words[0..<0x3F].reduce(0, &+)
    }

    private mutating func place(_ values: [UInt16], at address: Int) {
        words.replaceSubrange(address..<address + values.count, with: values)
    }
}

extension Model82599 {
    /// Loads the chip's address from its EEPROM after a reset, and reports that it has. The firmware is up, too.
    mutating func loadEEPROM() {
        let value = (macAddress.value << 16).byteSwapped
        registers.put(R.RAL.address, UInt32(truncatingIfNeeded: value))
        registers.put(R.RAH.address, UInt32(truncatingIfNeeded: value >> 32))
        registers.put(R.RAH.isValid, 1)
        registers.put(R.EEC.autoReadDone, 1)
        registers.put(R.EEC.present, 1)
        // 1024 words with addresses of 16 bits.
        registers.put(R.EEC.addressSize, 1)
        registers.put(R.EEC.size, 4)
        registers.put(R.FWSM.isValid, 1)
    }

    /// Reads a word for software, which takes a while. (82599 §8.2.3.2.2)
    mutating func applyEEPROMRead(_ value: UInt32, at offset: Int, _ word: RegisterFile.Word) {
        let request = RegisterValue<R.EERD>(read: value)
        guard request.isSet(R.EERD.start) else {
            registers.store(value, at: offset, word)
            return
        }
        guard registers.isSet(R.EERD.done) else {
            violate("EERD.START set before EERD.DONE was set", "8.2.3.2.2")
            return
        }
        registers.store(value, at: offset, word)
        registers.put(R.EERD.done, 0)
        begin(.eepromWord(Int(request[R.EERD.address])), after: Delay.eepromWord)
    }
}
