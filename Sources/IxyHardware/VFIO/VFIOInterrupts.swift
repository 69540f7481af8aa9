import IxySystem

/// The MSI-X vectors of a VFIO device, each of which makes a file readable.
package struct VFIOInterrupts: ~Copyable, Sendable {
    private let address: PCIAddress
    private let kernel: any VFIOKernel
    private let file: FileDescriptor
    /// How many vectors there are.
    package let count: Int
    private var isEnabled = false
    /// The files of the vectors that are wired: several queues may share one.
    private var events: [Int: EventFile] = [:]

    /// The vectors of `device`; none, if it has no MSI-X.
    package init(of device: borrowing VFIODevice) throws(HardwareError) {
        // struct vfio_irq_info { argsz, flags, index, count }; flags: eventfd 1. VFIO_PCI_MSIX_IRQ_INDEX is 2.
        var info = KernelStructure(sized: 16)
        info.store(UInt32(2), at: 8)
        let answer = try? device.kernel.call(.getInterruptInfo, on: device.file.rawValue, &info)
        let isThere = answer != nil && info.load(UInt32.self, at: 4) & 1 != 0
        // More than 2048 there cannot be. (PCI 3.0 §6.8.2.3)
        count = isThere ? min(Int(info.load(UInt32.self, at: 12)), 2048) : 0
        address = device.device.address
        kernel = device.kernel
        file = try device.file.duplicate(subject: "the VFIO device")
    }

    /// The file that becomes readable when the device raises `vector`. The first call switches MSI-X on.
    ///
    /// - Throws: `.system`.
    package mutating func event(of vector: Int) throws(HardwareError) -> FileDescriptor {
        precondition(vector >= 0 && vector < count, "no such vector")
        if let event = events[vector] { return try event.duplicate() }
        // All at once, with no file yet: older kernels cannot add vectors later.
        if !isEnabled {
            try set([CInt](repeating: -1, count: count), from: 0)
            isEnabled = true
        }
        let event = try EventFile()
        try set([event.descriptor], from: vector)
        events[vector] = event
        return try event.duplicate()
    }

    /// Connects vectors from `start` on with eventfds; -1 is none.
    private func set(_ numbers: [CInt], from start: Int) throws(HardwareError) {
        // struct vfio_irq_set { argsz, flags, index, start, count, s32 data[] }; flags: data are eventfds 4, trigger 32.
        var argument = KernelStructure(sized: 20 + 4 * numbers.count)
        argument.store(UInt32(4 | 32), at: 4)
        argument.store(UInt32(2), at: 8)
        argument.store(UInt32(start), at: 12)
        argument.store(UInt32(numbers.count), at: 16)
        for (index, number) in numbers.enumerated() { argument.store(number, at: 20 + 4 * index) }
        try naming(
            "VFIO_DEVICE_SET_IRQS", on: "\(address)", try kernel.call(.setInterrupts, on: file.rawValue, &argument))
    }
}
