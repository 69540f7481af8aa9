package import IxyHardware
import IxySystem

extension VirtIO {
    /// A device of VirtIO 1.0 and later on PCI. (VirtIO 1.2 §4.1)
    package struct PCIModern<Window: RegisterWindow & ~Copyable>: Transport, ~Copyable {
        package typealias Common = CommonConfiguration

        /// How messages call the device, such as `0000:03:00.0`.
        package let address: String
        private let common: LayoutWindow<CommonConfiguration, Window>
        private let bells: Window
        private let bellDistance: Int
        private let device: Window?
        private var function: any PCIFunction & ~Copyable
        /// The vector of each queue that interrupts.
        private var vectors: [Int: UInt16] = [:]

        /// A device whose structures are in these windows, which are as long as `PCIStructures` demands.
        package init(
            address: String, common: consuming Window, notify: consuming Window, notifyMultiplier: Int,
            device: consuming Window?, function: consuming any PCIFunction & ~Copyable
        ) {
            self.address = address
            self.common = LayoutWindow(common)
            bells = notify
            bellDistance = notifyMultiplier
            self.device = device
            self.function = function
        }

        package var name: String { "VirtIO (PCI)" }
        package var isLegacy: Bool { false }

        package mutating func reset() throws(IxyError) {
            common.write(0, to: Common.deviceStatus)
            try VirtIO.waitForReset(of: address) { common.read(Common.deviceStatus) }
        }

        /// Lets the device do DMA; to be called after a reset, as somebody may have left queues behind.
        mutating func enableDMA() throws(IxyError) {
            do throws(HardwareError) {
                try function.enableDMA()
            } catch {
                throw .hardware(error)
            }
        }

        package mutating func status() throws(IxyError) -> Status {
            let status = common.read(Common.deviceStatus)
            // No driver sets all bits, so that this is what a device that is gone reads as.
            guard status != 0xFF else { throw .gone(device: address) }
            return Status(rawValue: status)
        }

        package mutating func add(_ status: Status) throws(IxyError) {
            let all = try self.status().union(status)
            common.write(all.rawValue, to: Common.deviceStatus)
        }

        package mutating func offeredFeatures() throws(IxyError) -> Features {
            common.write(0, to: Common.deviceFeatureSelect)
            let low = common.read(Common.deviceFeature)
            common.write(1, to: Common.deviceFeatureSelect)
            let high = common.read(Common.deviceFeature)
            _ = try status()
            return Features(rawValue: UInt64(high) << 32 | UInt64(low))
        }

        package mutating func accept(_ features: Features) throws(IxyError) {
            try VirtIO.checkAddressing(features, isBehindIOMMU: function.isBehindIOMMU, address: address)
            common.write(0, to: Common.driverFeatureSelect)
            common.write(UInt32(truncatingIfNeeded: features.rawValue), to: Common.driverFeature)
            common.write(1, to: Common.driverFeatureSelect)
            common.write(UInt32(truncatingIfNeeded: features.rawValue >> 32), to: Common.driverFeature)
        }

        package mutating func configuration(at offset: Int, count: Int) throws(IxyError) -> [UInt8]? {
            switch device {
            case nil: return nil
            case .some(let window):
                try VirtIO.checkConfiguration(of: address, window.count, offset, count)
                return try VirtIO.readStable(of: address) {
                    let before = common.read(Common.generation)
                    let bytes = window.bytes(at: offset, count: count)
                    return (bytes, common.read(Common.generation) == before)
                }
            }
        }

        package mutating func setConfiguration(_ bytes: [UInt8], at offset: Int) throws(IxyError) {
            switch device {
            case nil: return
            case .some(let window):
                try VirtIO.checkConfiguration(of: address, window.count, offset, bytes.count)
                for (index, byte) in bytes.enumerated() { window.write8(byte, at: offset + index) }
            }
        }

        package mutating func largestQueue(_ index: Int) throws(IxyError) -> Int {
            guard try select(index) else { return 0 }
            return Int(common.read(Common.queueSize))
        }

        package mutating func configure(_ index: Int, _ layout: QueueAddresses) throws(IxyError) {
            guard try select(index), let size = UInt16(exactly: layout.size) else {
                throw VirtIO.refusal(address, "it has no queue \(index) of \(layout.size) descriptors")
            }
            common.write(size, to: Common.queueSize)
            guard common.read(Common.queueSize) == size else {
                throw VirtIO.refusal(address, "its queue \(index) does not take \(size) descriptors")
            }
            common.write(layout.descriptors, to: Common.queueDescriptors)
            common.write(layout.driverArea, to: Common.queueDriverArea)
            common.write(layout.deviceArea, to: Common.queueDeviceArea)
            try setVector(of: index)
            // The queue starts when the driver is ready; only reset disables it. (VirtIO 1.2 §4.1.4.3.2)
            common.write(1, to: Common.queueEnable)
            guard common.read(Common.queueEnable) == 1 else {
                throw VirtIO.refusal(address, "its queue \(index) cannot be enabled")
            }
        }

        package mutating func notifier(_ index: Int) throws(IxyError) -> Notifier {
            guard try select(index) else { throw VirtIO.refusal(address, "it has no queue \(index)") }
            // Both factors have 32 bits at most, so that the product cannot overflow. (VirtIO 1.2 §4.1.4.4)
            let offset = Int(common.read(Common.queueNotifyOffset)) * bellDistance
            guard offset <= bells.count - 2 else {
                throw VirtIO.refusal(
                    address,
                    "the bell of queue \(index) is at \(offset), outside of the \(bells.count) bytes for bells")
            }
            do throws(HardwareError) {
                return try bells.notifier(at: offset, queue: UInt16(index))
            } catch {
                throw .hardware(error)
            }
        }

        package mutating func interrupt(_ index: Int) throws(IxyError) -> FileDescriptor? {
            let count = function.interruptCount
            guard count > 0, try select(index) else { return nil }
            // A vector for each queue as long as there are enough; then they share.
            let vector = index % count
            let file = try wire(vector)
            vectors[index] = UInt16(vector)
            try setVector(of: index)
            return file
        }

        private mutating func wire(_ vector: Int) throws(IxyError) -> FileDescriptor {
            do throws(HardwareError) {
                return try function.interrupt(vector)
            } catch {
                throw .hardware(error)
            }
        }

        /// Writes the vector of the selected queue, which a reset forgets, and looks whether the device could take it.
        private func setVector(of index: Int) throws(IxyError) {
            let vector = vectors[index] ?? VirtIO.noVector
            common.write(vector, to: Common.queueVector)
            // §4.1.5.1.2.2
            guard common.read(Common.queueVector) == vector else {
                throw VirtIO.refusal(address, "it cannot give queue \(index) the interrupt \(vector)")
            }
        }

        /// Makes queue `index` the one that the queue fields are about; false where there is none.
        private func select(_ index: Int) throws(IxyError) -> Bool {
            let count = common.read(Common.queueCount)
            guard let number = UInt16(exactly: index), number < count else { return false }
            common.write(number, to: Common.queueSelect)
            return true
        }

        package mutating func isPresent() -> Bool { common.read(Common.deviceStatus) != 0xFF }

        /// A device that was pulled out comes back as another one.
        package mutating func reconnect() throws(IxyError) -> Bool { isPresent() }
    }
}
