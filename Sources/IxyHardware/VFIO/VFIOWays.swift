extension VFIOSpace {
    /// The newer way is asked first.
    private static let allWays: [any VFIOBackend.Type] = [IOMMUFD.self, VFIOContainer.self]

    /// A space without devices.
    public convenience init() { self.init(files: DeviceFiles()) }

    /// A space without devices, whose files are in `files`, or are opened.
    package convenience init(files: DeviceFiles) { self.init(kernel: LinuxVFIO(files: files)) }

    package convenience init(kernel: any VFIOKernel) { self.init(kernel: kernel, ways: VFIOSpace.allWays) }

    /// How many pieces of memory are mapped now.
    package var mappedCount: Int { state.withLock { $0.addresses.count } }
}
