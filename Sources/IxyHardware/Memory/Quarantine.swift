import Synchronization

/// Memory that a device could not be made to let go of.
package enum Quarantine {
    private static let kept = Mutex<[any AnyObject & Sendable]>([])

    /// Keeps `keeper` until the process ends: a device that did not stop may write to its memory at any time, so that
    /// memory must stay mapped and unused.
    package static func admit(_ keeper: any AnyObject & Sendable) {
        kept.withLock { $0.append(keeper) }
    }
}
