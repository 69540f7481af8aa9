// error: cannot convert value of type 'Field<Other>' to expected argument type 'Field<IXGBERegisters.CTRL>'
// A field of one register cannot be used on the value of another.
// driver
import Ixy

enum Other: ReadableRegister {
    static let entry = RegisterEntry("Another register", at: 8, "none")
    static let access = RegisterAccess.readOnly
    static let enabled = Field<Other>("enabled", 26)
    static let fields = [enabled.description]
}

func reset(_ value: inout RegisterValue<IXGBERegisters.CTRL>) {
    #if TWIN
    value.set(IXGBERegisters.CTRL.deviceReset)
    #else
    value.set(Other.enabled)
    #endif
}
