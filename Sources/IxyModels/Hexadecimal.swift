/// A number as people write offsets and flags.
func hex(_ value: Int) -> String { "0x" + String(value, radix: 16, uppercase: true) }
