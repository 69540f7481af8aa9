package import IxySystem
package import IxyTrusted

/// Memory in which a model finds the doorbells of a driver: a tail register lies at its offset in the BAR.
package struct DoorbellPage: ~Copyable, Sendable {
    /// The memory in which each `TailRegister` is made.
    package let memory: MappedMemory

    /// A page of at least `count` bytes, all zero.
    package init(count: Int) throws(HardwareError) {
        let rounded = (max(count, 4096) + 4095) & ~4095
        memory = try DMAMemory.allocate(count: rounded, pages: .small)
    }

    /// The doorbell at `offset`, for the driver.
    package func tail(at offset: Int) -> TailRegister { TailRegister(in: memory, at: offset) }

    /// The value that the driver last wrote at `offset`; all that it stored before is visible afterwards.
    package func load(at offset: Int) -> UInt32 { tail(at: offset).read() }

    /// Writes as the driver would.
    package func store(_ value: UInt32, at offset: Int) { tail(at: offset).write(value) }
}
