// For `ixy bind`: a device changes its kernel driver for good.
extension DriverBinding {
    /// Takes the device away from its driver and gives it to `driver`, such as `vfio-pci`.
    ///
    /// - Parameter claim: shows that no other process drives the device.
    /// - Throws: `.device` where `driver` is not loaded; `.privilege`; `.system`.
    package static func bind(_ claim: borrowing DeviceClaim, to driver: String) throws(HardwareError) -> DriverBinding {
        let device = claim.device
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
}
