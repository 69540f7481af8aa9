package import IxyHardware

/// Tests are drivers of their own, which may say wrong things: they write registers that name memory as any others.
extension RegisterBus where Self: ~Copyable {
    package func write<R: MemoryRegister>(_: R.Type, at index: Int = 0, _ fill: (inout RegisterValue<R>) -> Void) {
        var value = RegisterValue<R>()
        fill(&value)
        write32(value.raw, at: R.offset(index))
    }

    package func modify<R: MemoryRegister>(_: R.Type, at index: Int = 0, _ change: (inout RegisterValue<R>) -> Void) {
        var value = read(R.self, at: index)
        change(&value)
        write32(value.raw, at: R.offset(index))
    }
}
