public import BasicContainers
public import IxyHardware

extension VirtIO {
    /// A receive queue in the split layout. (VirtIO 1.2 §2.7)
    @frozen
    public struct SplitReceiveRing<Header: FrameHeader>: ReceiveRing, ~Copyable {
        @usableFromInline var ring: SplitRing
        /// The call in which each descriptor was last given to the device: it cannot come back in the same one.
        @usableFromInline var givenIn: UniqueArray<UInt32>
        @usableFromInline var call: UInt32 = 0
        /// The used element that is looked at next.
        @usableFromInline var nextUsed: UInt16 = 0
        /// The available index.
        @usableFromInline var nextAvailable: UInt16 = 0
        @usableFromInline let usesEvents: Bool
        /// The available index of the last look at whether to notify.
        @usableFromInline var notified: UInt16 = 0
        public var sawLie = false
        public var sawMerged = false
        public var bytes = 0
        public let isMergeable: Bool
        /// Each header has a descriptor of its own, before the one with its buffer's number and so many more.
        @usableFromInline let splitsHeader: Bool
        public let bufferCount: Int

        /// - Parameters:
        ///   - usesEvents: each side tells the other when to notify it next.
        ///   - splitsHeader: the device wants each header in a descriptor of its own.
        public init(_ ring: consuming SplitRing, isMergeable: Bool, usesEvents: Bool, splitsHeader: Bool) {
            bufferCount = splitsHeader ? ring.count / 2 : ring.count
            self.splitsHeader = splitsHeader
            givenIn = UniqueArray(repeating: 0, count: ring.count)
            self.ring = ring
            self.isMergeable = isMergeable
            self.usesEvents = usesEvents
        }

        @inlinable public static var headerCount: Int { Header.count }
        public var count: Int { ring.count }
        public var keeper: any AnyObject & Sendable { ring.keeper }
        public var layout: QueueLayout { QueueLayout(ring) }

        @inlinable @inline(__always)
        public mutating func waiting() -> Int? {
            call &+= 1
            let claimed = Int(ring.usedIndex() &- nextUsed)
            // All buffers are the device's; more it cannot have used.
            return claimed <= bufferCount ? claimed : nil
        }

        @inlinable @inline(__always)
        public mutating func claim(_ index: Int) -> (slot: Int, count: Int)? {
            let position = nextUsed &+ UInt16(truncatingIfNeeded: index)
            let id = ring.usedID(at: position)
            let slot = Int(truncatingIfNeeded: id)
            guard id < UInt32(truncatingIfNeeded: bufferCount), givenIn[slot] != call else {
                sawLie = true
                return nil
            }
            return (slot, Int(truncatingIfNeeded: ring.usedLength(at: position)))
        }

        @inlinable @inline(__always)
        public mutating func arm(_ slot: Int, _ index: Int, _ address: UInt64) {
            ring.setAddress(address &- UInt64(Header.count), of: slot)
            if splitsHeader { ring.setAddress(address, of: slot &+ bufferCount) }
            ring.offer(UInt16(truncatingIfNeeded: slot), at: nextAvailable &+ UInt16(truncatingIfNeeded: index))
            givenIn[slot] = call
        }

        @inlinable
        public mutating func finish(_ taken: Int) {
            nextUsed &+= UInt16(truncatingIfNeeded: taken)
            nextAvailable &+= UInt16(truncatingIfNeeded: taken)
            ring.publish(nextAvailable)
        }

        public mutating func layOut(_ buffers: borrowing ArmedBuffers) {
            ring.clear()
            call = 0
            nextUsed = 0
            nextAvailable = 0
            notified = 0
            for slot in 0..<bufferCount {
                if splitsHeader {
                    let data = slot + bufferCount
                    ring.setExtent(
                        UInt32(Header.count), flags: SplitDescriptor.write | SplitDescriptor.next, next: UInt16(data),
                        of: slot)
                    ring.setExtent(UInt32(buffers.bufferSize), flags: SplitDescriptor.write, next: 0, of: data)
                } else {
                    let length = UInt32(buffers.bufferSize + Header.count)
                    ring.setExtent(length, flags: SplitDescriptor.write, next: 0, of: slot)
                }
                arm(slot, slot, buffers.deviceAddress(at: slot))
            }
            nextAvailable = UInt16(truncatingIfNeeded: bufferCount)
            ring.setInterrupts(false, nextUsed: 0, usesEvents: usesEvents)
            ring.publish(nextAvailable)
        }

        public mutating func wantsNotification() -> Bool {
            ring.wantsNotification(since: &notified, until: nextAvailable, usesEvents: usesEvents)
        }

        public mutating func setInterrupts(_ areOn: Bool) {
            ring.setInterrupts(areOn, nextUsed: nextUsed, usesEvents: usesEvents)
        }
    }
}

/// The flags of a descriptor. (VirtIO 1.2 §2.7.5)
@usableFromInline
enum SplitDescriptor {
    /// The chain goes on with `next`.
    @inlinable static var next: UInt16 { 1 }
    /// The device writes the buffer.
    @inlinable static var write: UInt16 { 2 }
}

extension VirtIO.QueueLayout {
    init(_ ring: borrowing SplitRing) {
        self.init(
            size: ring.count, descriptors: ring.descriptorAddress, driverArea: ring.availableAddress,
            deviceArea: ring.usedAddress)
    }

    init(_ ring: borrowing PackedRing) {
        self.init(
            size: ring.count, descriptors: ring.descriptorAddress, driverArea: ring.driverEventAddress,
            deviceArea: ring.deviceEventAddress)
    }
}
