// swift-tools-version: 6.2
import PackageDescription

// `scripts/fuzz-virtio` builds this with the address sanitizer on for all modules, those of the main package included.
let package = Package(
    name: "FuzzLyingDevice",
    products: [.executable(name: "fuzz-lying-device", targets: ["FuzzLyingDevice"])],
    dependencies: [.package(name: "ixy-swift", path: "../..")],
    targets: [
        .executableTarget(
            name: "FuzzLyingDevice",
            dependencies: [
                .product(name: "Ixy", package: "ixy-swift"),
                .product(name: "IxyHardware", package: "ixy-swift"),
                .product(name: "IxyModels", package: "ixy-swift"),
            ],
            swiftSettings: [
                .strictMemorySafety(),
                .treatWarning("StrictMemorySafety", as: .error),
                .enableUpcomingFeature("ExistentialAny"),
            ])
    ]
)
