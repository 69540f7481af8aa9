/// A device that was taken from its kernel driver, and is given back to it.
///
/// `restore()` gives it back and says if that fails; `keep()` does not give it back. A value that is dropped without it, on the way out of an error,
/// gives it back as well as it can.
package struct DriverBinding: ~Copyable, Sendable {
    package let device: PCIDevice
    /// The driver that the device had, if any.
    package let formerDriver: String?
    /// What `driver_override` was, where we changed it.
    private let formerOverride: String?
    private var isRestored = false

    /// Takes the device away from its driver, so that this process can drive it through its BARs.
    ///
    /// - Parameters:
    ///   - claim: shows that no other process drives the device.
    ///   - force: also where the device is in use by the kernel.
    /// - Throws: `HardwareError.device` where one of the device's network interfaces is up, has an address or belongs
    ///   to a bridge or bond; `.privilege`; `.system`.
    package static func detach(
        _ claim: borrowing DeviceClaim, force: Bool = false
    ) throws(HardwareError) -> DriverBinding {
        try detach(claim, force: force, addressed: NetworkInterface.withAddresses())
    }

    /// Takes the device away from its driver and gives it to `driver`, such as `vfio-pci`.
    ///
    /// The parameters and errors are those of `detach`; also `.device` where `driver` is not loaded.
    package static func bind(
        _ claim: borrowing DeviceClaim, to driver: String, force: Bool = false
    ) throws(HardwareError) -> DriverBinding {
        try bind(claim, to: driver, force: force, addressed: NetworkInterface.withAddresses())
    }

    /// As above, where `addressed` are the interfaces with an IP address, which a fake tree cannot show.
    package static func detach(
        _ claim: borrowing DeviceClaim, force: Bool, addressed: Set<String>
    ) throws(HardwareError) -> DriverBinding {
        let device = claim.device
        if !force { try refuseUsed(device, addressed) }
        let binding = DriverBinding(device: device, formerDriver: try device.driver, formerOverride: nil)
        try device.unbind()
        return binding
    }

    /// As above, where `addressed` are the interfaces with an IP address.
    package static func bind(
        _ claim: borrowing DeviceClaim, to driver: String, force: Bool, addressed: Set<String>
    ) throws(HardwareError) -> DriverBinding {
        let device = claim.device
        if !force { try refuseUsed(device, addressed) }
        // Before anything changes: the device must not lose its driver for one that is not there. (And a name is no
        // path: "" and "." would find the folder of all drivers.)
        guard !driver.isEmpty, !driver.hasPrefix("."), !driver.contains("/"),
            device.sysfs.exists(device.driverFolder(driver))
        else {
            throw device.notLoaded(driver)
        }
        let formerDriver = try device.driver
        let override = try device.sysfs.text(device.path("driver_override")) ?? ""
        // From here on, the value's `deinit` undoes what was done if a later step throws.
        let binding = DriverBinding(
            device: device, formerDriver: formerDriver, formerOverride: override == "(null)" ? "" : override)
        // Makes the driver take a device that is not in its table of ids.
        try device.setDriverOverride(driver)
        if formerDriver != driver {
            try device.unbind()
            try device.bind(to: driver)
        }
        return binding
    }

    /// Gives the device back to the driver that it had.
    ///
    /// - Throws: `.device` where that driver is no longer loaded, `.privilege`, `.system`. It is not tried again.
    package consuming func restore() throws(HardwareError) {
        isRestored = true
        try giveBack()
    }

    /// Leaves the device with the driver that it has now.
    ///
    /// The next time that it is without one, any driver that fits may take it, as before.
    package consuming func keep() throws(HardwareError) {
        isRestored = true
        if let formerOverride { try device.setDriverOverride(formerOverride) }
    }

    deinit {
        // An error has nowhere to go; whoever wants to know calls `restore()`.
        if !isRestored { try? giveBack() }
    }

    private borrowing func giveBack() throws(HardwareError) {
        let current = try device.driver
        if current != formerDriver { try device.unbind() }
        if let formerOverride { try device.setDriverOverride(formerOverride) }
        if let formerDriver, current != formerDriver { try device.bind(to: formerDriver) }
    }

    private init(device: PCIDevice, formerDriver: String?, formerOverride: String?) {
        self.device = device
        self.formerDriver = formerDriver
        self.formerOverride = formerOverride
    }

    /// Throws where the kernel uses the device: taking it away could cut the user's own connection.
    private static func refuseUsed(_ device: PCIDevice, _ addressed: Set<String>) throws(HardwareError) {
        for interface in try device.interfaces {
            guard let use = try interface.use(addressed: addressed) else { continue }
            throw .device(
                address: "\(device.address)", problem: "is in use: its network interface \(interface.name) \(use.fact)",
                remedy: "if nobody needs it, free it with: sudo \(use.end)")
        }
    }
}

extension PCIDevice {
    /// The folder of a driver in sysfs.
    fileprivate func driverFolder(_ driver: String) -> String { "\(sysfs.root)/bus/pci/drivers/\(driver)" }

    /// Takes the device away from its driver, if it has one.
    fileprivate func unbind() throws(HardwareError) {
        guard let driver = try driver else { return }
        // No file means that the driver was unloaded in between, which is as good.
        _ = try sysfs.write("\(address)", to: "\(driverFolder(driver))/unbind")
    }

    /// Gives the device, which has no driver, to `driver`.
    fileprivate func bind(to driver: String) throws(HardwareError) {
        guard try sysfs.write("\(address)", to: "\(driverFolder(driver))/bind") else { throw notLoaded(driver) }
    }

    /// Lets only the driver `driver` take the device, or any that fits where it is empty.
    fileprivate func setDriverOverride(_ driver: String) throws(HardwareError) {
        guard try sysfs.write("\(driver)\n", to: path("driver_override")) else { throw Self.missing(address) }
    }

    fileprivate func notLoaded(_ driver: String) -> HardwareError {
        .device(
            address: "\(address)", problem: "its driver is to be \(driver), which is not loaded",
            remedy: "load it with: sudo modprobe \(driver)")
    }
}
