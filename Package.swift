// swift-tools-version: 6.2
import PackageDescription

/// Every module is checked for memory safety, and a finding is an error. Only `IxySystem`, `IxyTrusted` and the one-page
/// wrapper `IxyFilter` may write `unsafe`; `scripts/check-unsafe` makes sure of it.
let safety: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableExperimentalFeature("Lifetimes"),
    .enableExperimentalFeature("SuppressedAssociatedTypes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "ixy-swift",
    products: [
        .library(name: "Ixy", targets: ["Ixy"]),
        .library(name: "IxyCapture", targets: ["IxyCapture"]),
        .library(name: "IxyModels", targets: ["IxyModels"]),
        .library(name: "ForeignPort", targets: ["ForeignPort"]),
        .executable(name: "ixy", targets: ["ixy"]),
        .executable(name: "ixy-nic", targets: ["ixy-nic"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .target(name: "IxySystem", swiftSettings: safety + [.enableExperimentalFeature("Extern")]),
        .target(
            name: "IxyTrusted", dependencies: ["IxySystem"],
            swiftSettings: safety + [.enableExperimentalFeature("Volatile")]),
        .target(name: "IxyHardware", dependencies: ["IxyTrusted", "IxySystem"], swiftSettings: safety),
        .target(
            name: "Ixy",
            dependencies: [
                "IxyHardware", "IxySystem", "IxyTrusted",
                .product(name: "BasicContainers", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: safety),
        .target(name: "IxyCapture", dependencies: ["IxyHardware", "IxySystem", "IxyTrusted"], swiftSettings: safety),
        .target(
            name: "IxyModels",
            dependencies: [
                "Ixy", "IxyCapture", "IxyHardware", "IxySystem", "IxyTrusted",
                .product(name: "BasicContainers", package: "swift-collections"),
            ],
            swiftSettings: safety),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .target(name: "IxyFilter", dependencies: ["CPcap"], swiftSettings: safety),
        .executableTarget(
            name: "ixy",
            dependencies: [
                "Ixy", "IxyModels", "IxyCapture", "IxyFilter", "IxyHardware", "IxySystem", "IxyTrusted",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "BasicContainers", package: "swift-collections"),
            ],
            swiftSettings: safety),
        .executableTarget(
            name: "ixy-nic",
            dependencies: [
                "Ixy", "IxyModels", "IxyHardware", "IxySystem", "IxyTrusted",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: safety),
        // The program that Tests/Peers/*.sh runs beside DPDK.
        .executableTarget(
            name: "VhostUserPeer", dependencies: ["Ixy", "IxyModels", "IxyHardware", "IxySystem", "IxyTrusted"],
            path: "Tests/Peers/VhostUserPeer", swiftSettings: safety),
        // A device that lies to its driver: `scripts/fuzz-virtio` builds it with the address sanitizer on. It is here for what it
        // is to check, where packets lie for the device, which is this package's alone.
        .executableTarget(
            name: "FuzzLyingDevice", dependencies: ["Ixy", "IxyModels"], path: "Fuzz/LyingDevice", swiftSettings: safety),
        // The attacker of the models: `scripts/fuzz-models` builds it with the address sanitizer on. It is here, and no package
        // of its own, as what it talks to is this package's alone.
        .executableTarget(
            name: "FuzzModels", dependencies: ["Ixy", "IxyModels", "IxyHardware", "IxySystem", "IxyTrusted", "TestSupport"],
            path: "Fuzz/Models",
            swiftSettings: safety),
        // Lets the benchmarks' forwarder in C drive a modelled card, which takes more than an app may.
        .target(
            name: "ForeignPort", dependencies: ["Ixy", "IxyModels", "IxyHardware", "IxySystem"], path: "Benchmarks/ForeignPort",
            swiftSettings: safety),
        // Fakes of sysfs and VFIO for the tests of several modules.
        .target(
            name: "TestTree", dependencies: ["IxyHardware", "IxySystem", "IxyTrusted"], path: "Tests/TestTree", swiftSettings: safety),
        .testTarget(
            name: "IxyHardwareTests", dependencies: ["IxyHardware", "IxyTrusted", "IxySystem", "TestTree", "TestSupport"],
            swiftSettings: safety),
        .testTarget(
            name: "IxyTests", dependencies: ["Ixy", "IxyModels", "IxySystem", "TestTree", "TestSupport"],
            swiftSettings: safety),
        .testTarget(
            name: "IxyModelsTests", dependencies: ["IxyModels", "IxySystem", "TestSupport"], swiftSettings: safety),
        // Helpers for the tests of several modules.
        .target(
            name: "TestSupport", dependencies: ["Ixy", "IxyCapture", "IxyHardware", "IxySystem", "IxyTrusted"], path: "Tests/TestSupport",
            swiftSettings: safety),
        .testTarget(
            name: "IxyCaptureTests", dependencies: ["IxyCapture", "IxyHardware", "IxySystem", "IxyTrusted", "TestSupport"],
            swiftSettings: safety),
        .testTarget(name: "IxyFilterTests", dependencies: ["IxyFilter", "IxyHardware"], swiftSettings: safety),
        .testTarget(
            name: "IxyProgramTests",
            dependencies: [
                "ixy", "Ixy", "IxyModels", "IxyCapture", "IxyFilter", "IxyHardware", "IxySystem", "IxyTrusted", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "BasicContainers", package: "swift-collections"),
            ],
            swiftSettings: safety),
    ]
)
