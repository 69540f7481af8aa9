// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Forwarder",
    dependencies: [.package(name: "ixy-swift", path: "../..")],
    targets: [
        .executableTarget(
            name: "Forwarder",
            dependencies: [
                .product(name: "Ixy", package: "ixy-swift"),
                .product(name: "IxyHardware", package: "ixy-swift"),
                .product(name: "IxyModels", package: "ixy-swift"),
            ])
    ]
)
