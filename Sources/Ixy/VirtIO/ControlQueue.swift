import Glibc
import IxyHardware

extension VirtIO {
    /// The control queue: one command at a time, and the device's answer to it. (VirtIO 1.2 §5.1.6.5)
    struct ControlQueue: ~Copyable, Sendable {
        private let ring: any ControlRing
        private let notifier: Notifier
        /// Where command and answer lie.
        private var packet: Packet
        /// How many commands were sent since the device was reset.
        private var sent = 0

        var layout: QueueLayout { ring.layout }
        var keeper: any AnyObject & Sendable { ring }

        init(_ ring: any ControlRing, notifier: consuming Notifier, packet: consuming Packet) {
            self.ring = ring
            self.notifier = notifier
            self.packet = packet
        }

        /// Empty, for a device that has just been reset.
        mutating func clear() {
            ring.clear()
            sent = 0
        }

        /// Sends a command and waits for the answer, for a second at most.
        ///
        /// - Returns: whether the device obeyed.
        /// - Throws: `.timeout`; `.implausible` if the device returns what it was not given.
        mutating func send(_ command: ControlCommand, _ data: [UInt8], device: String) throws(IxyError) -> Bool {
            precondition(!data.isEmpty, "every command has data")
            let count = 2 + data.count
            packet.resize(to: count + 1)
            packet.bytes.storeBytes(of: command.group, toByteOffset: 0, as: UInt8.self)
            packet.bytes.storeBytes(of: command.number, toByteOffset: 1, as: UInt8.self)
            for (index, byte) in data.enumerated() {
                packet.bytes.storeBytes(of: byte, toByteOffset: 2 + index, as: UInt8.self)
            }
            // Neither of the two answers that there are.
            packet.bytes.storeBytes(of: 0xFF, toByteOffset: count, as: UInt8.self)
            ring.submit(packet.deviceAddress, parts: command.parts(of: data.count), number: sent)
            notifier.notify()
            let deadline = ContinuousClock.now.advanced(by: .seconds(1))
            while true {
                guard let isAnswered = ring.isAnswered(sent) else {
                    throw .implausible(device: device, claim: "that it has used a control buffer which it was not given")
                }
                if isAnswered { break }
                guard ContinuousClock.now < deadline else {
                    throw .timeout(
                        device: device, waitedFor: "the answer to a command for \(command.name)", milliseconds: 1000,
                        section: "VirtIO 1.2 §5.1.6.5")
                }
                usleep(20)
            }
            sent += 1
            return packet.readOnlyBytes[count] == ControlCommand.obeyed
        }
    }

    /// A command's class and number. (VirtIO 1.2 §5.1.6.5)
    struct ControlCommand: Sendable {
        let group: UInt8
        let number: UInt8
        let name: String

        static let promiscuous = ControlCommand(group: 0, number: 0, name: "promiscuous mode")
        static let allMulticast = ControlCommand(group: 0, number: 1, name: "reception of all multicast")
        static let macTable = ControlCommand(group: 1, number: 0, name: "a list of group addresses")
        static let macAddress = ControlCommand(group: 1, number: 1, name: "a MAC address")
        static let queuePairs = ControlCommand(group: 4, number: 0, name: "the number of queue pairs")

        /// The pieces in which devices without `anyLayout` want a command: class and number, then the data, each of a
        /// list's two tables apart. (VirtIO 1.2 §5.1.6.6)
        func parts(of dataCount: Int) -> [Int] {
            // We send no addresses of single devices, so the first table is its length alone.
            group == Self.macTable.group && number == Self.macTable.number ? [2, 4, dataCount - 4] : [2, dataCount]
        }

        /// The answer to a command that was obeyed.
        static let obeyed: UInt8 = 0
    }

    /// A layout of the control queue. Only a command and its answer of one byte are ever in use.
    protocol ControlRing: AnyObject, Sendable {
        var layout: QueueLayout { get }
        func clear()
        /// Gives the device command `number`, counted from the last `clear`, which lies at `address` in up to three parts of
        /// so many bytes, the answer behind.
        func submit(_ address: UInt64, parts: [Int], number: Int)
        /// Whether command `number` is answered; nil if the device says what cannot be.
        func isAnswered(_ number: Int) -> Bool?
    }

    final class SplitControlRing: ControlRing {
        private let ring: SplitRing
        private let usesEvents: Bool
        /// Descriptors have to follow each other around the table; each command takes two then. (VirtIO 1.2 §2.7.5)
        private let isInOrder: Bool
        init(_ ring: consuming SplitRing, usesEvents: Bool, isInOrder: Bool) {
            self.ring = ring
            self.usesEvents = usesEvents
            self.isInOrder = isInOrder
        }

        var layout: QueueLayout { QueueLayout(ring) }
        func clear() {
            ring.clear()
            ring.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
        }

        func submit(_ address: UInt64, parts: [Int], number: Int) {
            // Devices that use buffers in order take a command in any number of parts, and so do those whose ring may be too
            // short for more: see `Controller.sizes`.
            let parts = isInOrder || parts.count >= ring.count ? [parts.reduce(0, +)] : parts
            var place = address
            var descriptor = head(of: number)
            let first = descriptor
            for count in parts {
                let next = (descriptor + 1) & ring.mask
                ring.setAddress(place, of: descriptor)
                ring.setExtent(UInt32(count), flags: SplitDescriptor.next, next: UInt16(next), of: descriptor)
                place += UInt64(count)
                descriptor = next
            }
            ring.setAddress(place, of: descriptor)
            ring.setExtent(1, flags: SplitDescriptor.write, next: 0, of: descriptor)
            ring.offer(UInt16(first), at: UInt16(truncatingIfNeeded: number))
            ring.publish(UInt16(truncatingIfNeeded: number + 1))
        }

        private func head(of number: Int) -> Int { isInOrder ? number * 2 & ring.mask : 0 }

        func isAnswered(_ number: Int) -> Bool? {
            switch ring.usedIndex() {
            case UInt16(truncatingIfNeeded: number): false
            case UInt16(truncatingIfNeeded: number + 1):
                ring.usedID(at: UInt16(truncatingIfNeeded: number)) == UInt32(head(of: number)) ? true : nil
            default: nil
            }
        }
    }

    final class PackedControlRing: ControlRing {
        /// Of two slots, so that each command is a round of its own.
        private let ring: PackedRing
        init(_ ring: consuming PackedRing) { self.ring = ring }

        var layout: QueueLayout { QueueLayout(ring) }
        func clear() {
            ring.clear()
            ring.setInterrupts(false)
        }

        func submit(_ address: UInt64, parts: [Int], number: Int) {
            // Devices with this layout take a command in any number of parts.
            let count = parts.reduce(0, +)
            let flags = PackedDescriptor.available(number % 2 == 0)
            ring.setAddress(address + UInt64(count), of: 1)
            ring.setExtent(1, id: 0, flags: flags | PackedDescriptor.write, of: 1)
            ring.setAddress(address, of: 0)
            ring.setExtent(UInt32(count), id: 0, flags: flags | PackedDescriptor.next, of: 0)
        }

        func isAnswered(_ number: Int) -> Bool? {
            let extent = ring.extent(of: 0)
            guard PackedDescriptor.isUsed(extent, wrap: number % 2 == 0) else { return false }
            return UInt16(truncatingIfNeeded: extent >> 32) == 0 ? true : nil
        }
    }
}
