public import IxyHardware

/// An error in a driver. Each case says what to do about it.
public enum IxyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Memory, PCI or the operating system refused something.
    case hardware(HardwareError)
    /// The device did not do something in time. It was reset.
    case timeout(device: String, waitedFor: String, milliseconds: Int, section: String)
    /// No driver for this device.
    case unsupported(device: String, found: String)
    /// A setting that the device cannot have.
    case invalidSetting(String, remedy: String)
    /// The device lacks what was asked for.
    case missingFeature(device: String, feature: String, remedy: String)
    /// The device says of itself what cannot be.
    case implausible(device: String, claim: String)
    /// The device has said impossible things again and again, and was reset each time.
    case untrustworthy(device: String, lies: Int)
    /// The device does not answer any more: it was pulled out, or its bus is gone.
    case gone(device: String)
    /// The device was reset, and not by us: its queues had stopped in the middle of their work.
    case wasReset(device: String)

    public var description: String {
        switch self {
        case .hardware(let error):
            error.description
        case .timeout(let device, let waitedFor, let milliseconds, let section):
            "\(device): waited \(milliseconds) ms for \(waitedFor) (\(section)) in vain; check the card and its "
                + "cable, then try again"
        case .unsupported(let device, let found):
            "\(device) is \(found), for which there is no driver; supported are \(SupportedDevice.summary)"
        case .invalidSetting(let setting, let remedy):
            "\(setting); \(remedy)"
        case .missingFeature(let device, let feature, let remedy):
            "\(device) does not offer \(feature); \(remedy)"
        case .implausible(let device, let claim):
            "\(device) claims \(claim); it is broken or hostile, and was reset: mistrust whoever provides it"
        case .untrustworthy(let device, let lies):
            "\(device) has claimed impossible things \(lies) times since its last reset and was reset too often for "
                + "that; it stays off: replace it, or mistrust whoever provides it"
        case .gone(let device):
            "\(device) does not answer any more; check that it is plugged in and powered"
        case .wasReset(let device):
            "\(device) was reset by somebody else while it was in use, and is off now; the kernel's log may say by whom "
                + "(dmesg); then start the command again"
        }
    }
}
