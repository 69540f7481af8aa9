import IxyHardware
import Synchronization

/// When to notify the device, and when it is to interrupt. Whatever it says here can at most cost a notification.
extension SplitRing {
    /// - Parameter last: the available index of the last call.
    func wantsNotification(since last: inout UInt16, until next: UInt16, usesEvents: Bool) -> Bool {
        // The device must see the index before we look whether it sleeps. (VirtIO 1.2 §2.7.13.4.1)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let old = last
        last = next
        guard usesEvents else { return !notificationsAreSuppressed() }
        // Whether the event lies in old ..< next. (§2.7.10)
        return next &- availableEvent() &- 1 < next &- old
    }

    func setInterrupts(_ areOn: Bool, nextUsed: UInt16, usesEvents: Bool) {
        if usesEvents {
            // An event that was just passed does not come for 65536 buffers.
            setUsedEvent(areOn ? nextUsed : nextUsed &- 1)
        } else {
            suppressInterrupts(!areOn)
        }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }
}

extension PackedRing {
    /// Flags of the event suppression structures, in the high half. (VirtIO 1.2 §2.8.14)
    private enum EventFlags {
        static let enable: UInt32 = 0
        static let disable: UInt32 = 1
        static let atDescriptor: UInt32 = 2
    }

    /// - Parameters:
    ///   - count: descriptors that were made available since the last call.
    ///   - next: the slot after them, and its wrap counter.
    func wantsNotification(after count: Int, next: Int, wrap: Bool) -> Bool {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let event = deviceEvent()
        switch event >> 16 & 3 {
        case EventFlags.enable: return true
        case EventFlags.atDescriptor:
            let slot = Int(event & 0x7FFF)
            let eventWrap = event & 0x8000 != 0
            // How far the event lies behind `next`, in slots; one that is more than a ring behind is one ahead of it.
            //
            // An event that was passed earlier counts, too: QEMU (7.2) goes on after a send that had to wait without
            // asking for a new one, and would sleep for ever.
            let distance = eventWrap == wrap ? next - slot : next + self.count - slot
            return count > 0 && distance > 0 && distance <= self.count
        default: return false
        }
    }

    func setInterrupts(_ areOn: Bool) {
        setDriverEvent((areOn ? EventFlags.enable : EventFlags.disable) << 16)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }
}
