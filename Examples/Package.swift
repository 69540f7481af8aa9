// swift-tools-version: 6.2
import PackageDescription

let ixy: [Target.Dependency] = ["Ixy", "IxyModels"].map { .product(name: $0, package: "ixy-swift") }

let safety: [SwiftSetting] = [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]

let package = Package(
    name: "Examples",
    dependencies: [.package(name: "ixy-swift", path: "..")],
    targets: [
        // With a pool and batches: packets are owned, and can be kept.
        .executableTarget(name: "Forwarder", dependencies: ixy, swiftSettings: safety),
        // Run to completion: each packet is looked at where it lies.
        .executableTarget(name: "Firewall", dependencies: ixy, swiftSettings: safety),
    ]
)
