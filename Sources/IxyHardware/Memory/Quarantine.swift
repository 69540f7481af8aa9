/// Memory that a device could not be made to let go of.
public enum Quarantine {
    /// Leaks `keeper` on purpose: a device that did not stop may write to its memory at any time, so that memory must
    /// stay mapped and unused until the process ends.
    public static func admit(_ keeper: any AnyObject & Sendable) {
        // Sound: a retain that is never balanced frees nothing.
        _ = unsafe Unmanaged.passRetained(keeper)
    }
}
