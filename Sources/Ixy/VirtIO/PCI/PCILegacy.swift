package import IxyHardware
import IxySystem

extension VirtIO {
    /// A device from before VirtIO 1.0 on PCI: all of it behind one I/O BAR. (VirtIO 1.2 §4.1.4.10)
    package struct PCILegacy<Window: RegisterWindow & ~Copyable>: Transport, ~Copyable {
        package typealias Header = LegacyHeader

        /// How messages call the device, such as `0000:03:00.0`.
        package let address: String
        private let header: LayoutWindow<LegacyHeader, Window>
        private var function: any PCIFunction & ~Copyable
        /// The vector of each queue that interrupts.
        private var vectors: [Int: UInt16] = [:]
        /// Whether the header has the two vectors.
        private var hasVectors: Bool

        private init(
            address: String, window: consuming Window, function: consuming any PCIFunction & ~Copyable, hasVectors: Bool
        ) {
            self.address = address
            header = LayoutWindow(window)
            self.function = function
            self.hasVectors = hasVectors
        }

        /// A device whose BAR 0 is `window`.
        ///
        /// - Throws: `.hardware(.device)` where it is too small.
        package static func open(
            address: String, window: consuming Window, function: consuming any PCIFunction & ~Copyable
        ) throws(IxyError) -> PCILegacy {
            guard window.count >= LegacyHeader.countWithVectors else {
                throw VirtIO.refusal(address, "its BAR 0 has only \(window.count) bytes")
            }
            var legacy = PCILegacy(address: address, window: window, function: function, hasVectors: false)
            try legacy.lookForVectors()
            return legacy
        }

        package var name: String { "VirtIO (PCI, legacy)" }
        package var isLegacy: Bool { true }

        package mutating func reset() throws(IxyError) {
            header.write(0, to: Header.deviceStatus)
            try VirtIO.waitForReset(of: address) { header.read(Header.deviceStatus) }
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
            let status = header.read(Header.deviceStatus)
            guard status != 0xFF else { throw .gone(device: address) }
            return Status(rawValue: status)
        }

        package mutating func add(_ status: Status) throws(IxyError) {
            let all = try self.status().union(status)
            header.write(all.rawValue, to: Header.deviceStatus)
        }

        package mutating func offeredFeatures() throws(IxyError) -> Features {
            let features = header.read(Header.deviceFeatures)
            _ = try status()
            return Features(rawValue: UInt64(features))
        }

        package mutating func accept(_ features: Features) throws(IxyError) {
            try VirtIO.checkAddressing(features, isBehindIOMMU: function.isBehindIOMMU, address: address)
            header.write(UInt32(truncatingIfNeeded: features.rawValue), to: Header.driverFeatures)
        }

        /// Without a generation, two readings must be the same. (VirtIO 1.2 §2.5.4)
        package mutating func configuration(at offset: Int, count: Int) throws(IxyError) -> [UInt8]? {
            let start = try configurationStart(offset, count)
            return try VirtIO.readStable(of: address) {
                let bytes = header.window.bytes(at: start, count: count)
                return (bytes, header.window.bytes(at: start, count: count) == bytes)
            }
        }

        package mutating func setConfiguration(_ bytes: [UInt8], at offset: Int) throws(IxyError) {
            let start = try configurationStart(offset, bytes.count)
            for (index, byte) in bytes.enumerated() { header.window.write8(byte, at: start + index) }
        }

        /// Where byte `offset` of the device configuration is in the BAR, if `count` bytes from there on are inside.
        private func configurationStart(_ offset: Int, _ count: Int) throws(IxyError) -> Int {
            let start = hasVectors ? Header.countWithVectors : Header.count
            try VirtIO.checkConfiguration(of: address, header.window.count - start, offset, count)
            return start + offset
        }

        package mutating func largestQueue(_ index: Int) throws(IxyError) -> Int {
            guard select(index) else { return 0 }
            let size = header.read(Header.queueSize)
            // As all ones it is no power of two, but what a device that is gone reads as.
            if size == 0xFFFF { _ = try status() }
            return Int(size)
        }

        package mutating func configure(_ index: Int, _ layout: QueueAddresses) throws(IxyError) {
            guard select(index), layout.size > 0, Int(header.read(Header.queueSize)) == layout.size else {
                throw VirtIO.refusal(address, "it has no queue \(index) of \(layout.size) descriptors")
            }
            // The device computes where the other parts are. (VirtIO 1.2 §2.7.2)
            let start = layout.descriptors.value
            let available = start &+ UInt64(16 * layout.size)
            let used = (available &+ UInt64(6 + 2 * layout.size) &+ 4095) & ~4095
            guard start % 4096 == 0, let page = UInt32(exactly: start / 4096), page != 0,
                layout.driverArea.value == available, layout.deviceArea.value == used
            else {
                throw .invalidSetting(
                    "a legacy queue at 0x\(String(start, radix: 16)) in pieces or beyond 16 TiB",
                    remedy: "lay it out in one piece, on a page below 16 TiB")
            }
            try setVector(of: index)
            header.write(pageOf: layout.descriptors, of: 4096, to: Header.queueAddress)
            guard header.read(Header.queueAddress) == page else {
                throw VirtIO.refusal(address, "its queue \(index) does not take an address")
            }
        }

        package mutating func notifier(_ index: Int) throws(IxyError) -> Notifier {
            guard let number = UInt16(exactly: index) else {
                throw VirtIO.refusal(address, "it has no queue \(index)")
            }
            do throws(HardwareError) {
                return try header.window.notifier(at: Header.queueNotify.offset, queue: number)
            } catch {
                throw .hardware(error)
            }
        }

        package mutating func interrupt(_ index: Int) throws(IxyError) -> FileDescriptor? {
            let count = function.interruptCount
            guard count > 0, select(index) else { return nil }
            let vector = index % count
            let file = try wire(vector)
            vectors[index] = UInt16(vector)
            try setVector(of: index)
            return file
        }

        private mutating func wire(_ vector: Int) throws(IxyError) -> FileDescriptor {
            do throws(HardwareError) {
                let file = try function.interrupt(vector)
                // The first one moves the device configuration by 4 bytes.
                hasVectors = try function.isMSIXEnabled()
                return file
            } catch {
                throw .hardware(error)
            }
        }

        private mutating func lookForVectors() throws(IxyError) {
            do throws(HardwareError) {
                hasVectors = try function.isMSIXEnabled()
            } catch {
                throw .hardware(error)
            }
        }

        /// Writes the vector of the selected queue, and looks whether the device could take it.
        private func setVector(of index: Int) throws(IxyError) {
            guard hasVectors else { return }
            let vector = vectors[index] ?? VirtIO.noVector
            header.write(vector, to: Header.queueVector)
            guard header.read(Header.queueVector) == vector else {
                throw VirtIO.refusal(address, "it cannot give queue \(index) the interrupt \(vector)")
            }
        }

        /// Makes queue `index` the one that the queue fields are about.
        private func select(_ index: Int) -> Bool {
            guard let number = UInt16(exactly: index) else { return false }
            header.write(number, to: Header.queueSelect)
            return true
        }

        package mutating func isPresent() -> Bool { header.read(Header.deviceStatus) != 0xFF }

        /// A device that was pulled out comes back as another one.
        package mutating func reconnect() throws(IxyError) -> Bool { isPresent() }
    }
}
