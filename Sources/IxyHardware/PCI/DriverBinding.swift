/// A device that was taken from its kernel driver, and is given back to it.
///
/// Dropping it gives it back as well as it can; `restore()` says if that fails, and `keep()` does not give it back.
package struct DriverBinding: ~Copyable, Sendable {
    package let device: PCIDevice
    /// The driver that the device had, if any.
    package let formerDriver: String?
    /// The former content of `driver_override`, where we changed it.
    let formerOverride: String?
    var isRestored = false

    /// Takes the device away from its driver, so that this process can drive it through its BARs.
    ///
    /// - Parameter claim: shows that no other process drives the device.
    /// - Throws: `.privilege`; `.system`.
    package static func detach(_ claim: borrowing DeviceClaim) throws(HardwareError) -> DriverBinding {
        let device = claim.device
        let binding = DriverBinding(device: device, formerDriver: try device.driver, formerOverride: nil)
        try device.unbind()
        return binding
    }

    deinit {
        // An error has nowhere to go; whoever wants to know calls `restore()`.
        if !isRestored { try? giveBack() }
    }

    borrowing func giveBack() throws(HardwareError) {
        let current = try device.driver
        if current != formerDriver { try device.unbind() }
        if let formerOverride { try device.setDriverOverride(formerOverride) }
        if let formerDriver, current != formerDriver { try device.bind(to: formerDriver) }
    }
}

extension PCIDevice {
    /// The folder of a driver in sysfs.
    func driverFolder(_ driver: String) -> String { "\(sysfs.root)/bus/pci/drivers/\(driver)" }

    /// Takes the device away from its driver, if it has one.
    func unbind() throws(HardwareError) {
        guard let driver = try driver else { return }
        // No file means that the driver was unloaded in between, which is as good.
        _ = try sysfs.write("\(address)", to: "\(driverFolder(driver))/unbind")
    }

    /// Gives the device, which has no driver, to `driver`.
    func bind(to driver: String) throws(HardwareError) {
        guard try sysfs.write("\(address)", to: "\(driverFolder(driver))/bind") else { throw notLoaded(driver) }
    }

    /// Lets only the driver `driver` take the device, or any that fits where it is empty.
    func setDriverOverride(_ driver: String) throws(HardwareError) {
        guard try sysfs.write("\(driver)\n", to: path("driver_override")) else { throw address.missing }
    }

    func notLoaded(_ driver: String) -> HardwareError {
        address.error("its driver is to be \(driver), which is not loaded", remedy: "load it with: sudo modprobe \(driver)")
    }
}
