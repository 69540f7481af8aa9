import Glibc
import IxyHardware
import Synchronization

extension VirtIO {
    /// The control queue: one command at a time, and the device's answer to it. (VirtIO 1.2 §5.1.6.5)
    struct ControlQueue: ~Copyable, Sendable {
        private let ring: any ControlRing
        private let notifier: Notifier
        /// How many commands were sent since the device was reset.
        private var sent = 0

        var layout: QueueAddresses { ring.layout }
        var keeper: any AnyObject & Sendable { ring }

        init(_ ring: any ControlRing, notifier: consuming Notifier) {
            self.ring = ring
            self.notifier = notifier
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
            // The answer's byte is neither of the two answers that there are.
            ring.submit([command.group, command.number] + data + [0xFF], parts: command.parts(of: data.count), number: sent)
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
            return ring.answer(at: 2 + data.count) == ControlCommand.obeyed
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
        var layout: QueueAddresses { get }
        func clear()
        /// Gives the device command `number`, counted from the last `clear`: bytes in up to three parts of so many, the answer
        /// behind.
        func submit(_ bytes: [UInt8], parts: [Int], number: Int)
        /// Whether command `number` is answered; nil if the device says something impossible.
        func isAnswered(_ number: Int) -> Bool?
        /// The byte at `offset` of the command, as the device may have written it.
        func answer(at offset: Int) -> UInt8
    }

    final class SplitControlRing: ControlRing {
        private let queue: Mutex<SplitVirtqueue>
        private let usesEvents: Bool
        /// Descriptors have to follow each other around the table; each command takes two then. (VirtIO 1.2 §2.7.5)
        private let isInOrder: Bool
        let layout: QueueAddresses

        /// - Parameter packet: where command and answer lie.
        init(_ queue: consuming SplitVirtqueue, _ packet: consuming Packet, usesEvents: Bool, isInOrder: Bool) {
            layout = queue.layout
            queue.slots.fill(packet)
            self.queue = Mutex(queue)
            self.usesEvents = usesEvents
            self.isInOrder = isInOrder
        }

        func clear() {
            queue.withLock { queue in
                queue.slots.clear()
                queue.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            }
        }

        func submit(_ bytes: [UInt8], parts: [Int], number: Int) {
            queue.withLock { queue in
                queue.slots.write(bytes, to: 0)
                // Devices that use buffers in order take a command in any number of parts, and so do those whose ring may be too
                // short for more: see `Controller.sizes`.
                let parts = isInOrder || parts.count >= queue.count ? [parts.reduce(0, +)] : parts
                let first = head(of: number) & queue.mask
                var offset = 0
                var descriptor = first
                for count in parts {
                    let next = (descriptor + 1) & queue.mask
                    queue.slots.describe(
                        descriptor, 0, from: offset, count: count, SplitDescriptor.word(SplitDescriptor.next, next: next))
                    offset += count
                    descriptor = next
                }
                queue.slots.describe(descriptor, 0, from: offset, count: 1, SplitDescriptor.word(SplitDescriptor.write))
                queue.offer(UInt16(first), at: UInt16(truncatingIfNeeded: number))
                queue.publish(UInt16(truncatingIfNeeded: number + 1))
            }
        }

        private func head(of number: Int) -> Int { isInOrder ? number * 2 : 0 }

        func isAnswered(_ number: Int) -> Bool? {
            queue.withLock { queue in
                switch queue.usedIndex() {
                case UInt16(truncatingIfNeeded: number): false
                case UInt16(truncatingIfNeeded: number + 1):
                    queue.usedID(at: UInt16(truncatingIfNeeded: number)) == UInt32(head(of: number) & queue.mask) ? true : nil
                default: nil
                }
            }
        }

        func answer(at offset: Int) -> UInt8 { queue.withLock { $0.slots.withPacket(0) { $0[offset] } } }
    }

    final class PackedControlRing: ControlRing {
        /// Of two slots, so that each command is a round of its own.
        private let queue: Mutex<PackedVirtqueue>
        let layout: QueueAddresses

        /// - Parameter packet: where command and answer lie.
        init(_ queue: consuming PackedVirtqueue, _ packet: consuming Packet) {
            layout = queue.layout
            queue.slots.fill(packet)
            self.queue = Mutex(queue)
        }

        func clear() {
            queue.withLock { queue in
                queue.slots.clear()
                queue.setInterrupts(false)
            }
        }

        func submit(_ bytes: [UInt8], parts: [Int], number: Int) {
            queue.withLock { queue in
                queue.slots.write(bytes, to: 0)
                // Devices with this layout take a command in any number of parts.
                let count = parts.reduce(0, +)
                let wrap = number % 2 == 0
                queue.slots.describe(1, 0, from: count, count: 1, PackedDescriptor.given(0, wrap: wrap, PackedDescriptor.write))
                queue.slots.describe(0, 0, from: 0, count: count, PackedDescriptor.given(0, wrap: wrap, PackedDescriptor.next))
            }
        }

        func isAnswered(_ number: Int) -> Bool? {
            queue.withLock { queue in
                let word = queue.slots.load(0)
                guard PackedDescriptor.isUsed(word, wrap: number % 2 == 0) else { return false }
                return PackedDescriptor.id(of: word) == 0 ? true : nil
            }
        }

        func answer(at offset: Int) -> UInt8 { queue.withLock { $0.slots.withPacket(0) { $0[offset] } } }
    }
}
