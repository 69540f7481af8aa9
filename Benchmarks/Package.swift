// swift-tools-version: 6.2
import PackageDescription

let parts: [Target.Dependency] = [
    .product(name: "Ixy", package: "ixy-swift"),
    .product(name: "IxyModels", package: "ixy-swift"),
]
let safety: [SwiftSetting] = [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "ixy-swift", path: "..")],
    targets: [
        .executableTarget(name: "hot-path", dependencies: parts, swiftSettings: safety),
        .executableTarget(name: "soak", dependencies: parts, swiftSettings: safety),
        .target(
            name: "Forwarders", dependencies: parts + [.product(name: "ForeignPort", package: "ixy-swift")], swiftSettings: safety),
        .executableTarget(name: "instructions", dependencies: parts + ["Forwarders"], swiftSettings: safety),
        .executableTarget(name: "latency", dependencies: parts + ["Forwarders"], swiftSettings: safety),
        .executableTarget(name: "queues", dependencies: parts + ["Forwarders"], swiftSettings: safety),
        .executableTarget(name: "speed", dependencies: parts + ["Forwarders"], swiftSettings: safety),
        .executableTarget(name: "virtio-end", dependencies: parts, swiftSettings: safety),
        .executableTarget(name: "virtio-speed", dependencies: parts + ["Forwarders"], swiftSettings: safety),
    ]
)
