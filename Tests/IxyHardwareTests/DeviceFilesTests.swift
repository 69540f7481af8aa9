import Foundation
import IxySystem
import TestTree
import Testing

@testable import IxyHardware

/// A process without privileges drives devices through files that it is handed.
@Suite struct DeviceFilesTests {
    /// Opens the files at `paths` of `tree`, and takes them away from there.
    private func handOver(_ paths: [String], of tree: FakeTree, to files: DeviceFiles) throws {
        for path in paths {
            files.add(try FileDescriptor(path: "\(tree.root)/\(path)", O_RDWR), at: "\(tree.root)/\(path)")
            try FileManager.default.removeItem(atPath: "\(tree.root)/\(path)")
        }
    }

    @Test(arguments: [(false, ["dev/vfio/vfio", "dev/vfio/27"]), (true, ["dev/iommu", "dev/vfio/devices/vfio3"])])
    func vfioNeedsOnlyTheFilesThatWereHandedOver(isNew: Bool, paths: [String]) throws {
        let kernel = try FakeVFIO(isNew: isNew)
        if isNew { try FileManager.default.removeItem(atPath: "\(kernel.root)/vfio/vfio") }
        try handOver(paths, of: kernel.tree, to: kernel.files)
        let device = try VFIODevice.open(kernel.tree.device(), in: VFIOSpace(kernel: kernel))
        let count = try device.configSpace().count
        #expect(count == 256)
    }

    @Test func registersAndConfigurationSpaceToo() throws {
        let tree = try FakeTree()
        let folder = try tree.addNIC()
        let files = DeviceFiles()
        try handOver(["\(folder)/config", "\(folder)/resource0"], of: tree, to: files)
        let device = try PCIDevice(at: PCIAddress("0000:03:00.0"), in: Sysfs(root: tree.root, files: files))
        let claim = try DeviceClaim(device)
        let count = try claim.map(bar: 0).count
        #expect(count == 8192)
        let config = try ConfigSpace(of: device)
        try config.enable(.memory)
        #expect(try config.read16(at: 4) == 2)
        // Others are not affected.
        #expect(throws: HardwareError.self) { _ = try ConfigSpace(of: tree.device()) }
    }

    @Test func eachUserHasADescriptorOfItsOwn() throws {
        let files = DeviceFiles()
        files.add(try FileDescriptor(inMemory: "a device"), at: "/none")
        for _ in 0..<2 {
            let isWritten = try files.open("/none", O_RDWR).write(number: 7, 8, at: 0)
            #expect(isWritten)
        }
        #expect(files.has("/none") && !files.has("/nowhere"))
        #expect(throws: ErrorNumber(ENOENT)) { _ = try files.open("/nowhere", O_RDWR) }
    }
}
