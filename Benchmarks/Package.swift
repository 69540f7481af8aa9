// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "ixy-swift", path: "..")],
    targets: [
        .executableTarget(
            name: "hot-path",
            dependencies: [
                .product(name: "Ixy", package: "ixy-swift"),
                .product(name: "IxyHardware", package: "ixy-swift"),
                .product(name: "IxyModels", package: "ixy-swift"),
            ],
            swiftSettings: [
                .strictMemorySafety(),
                .treatWarning("StrictMemorySafety", as: .error),
            ])
    ]
)
