// swift-tools-version: 6.2
import PackageDescription

// `scripts/fuzz-capture` builds this with the sanitizers on for all modules, those of the main package included.
let package = Package(
    name: "FuzzCaptureReader",
    // A library: libFuzzer brings the main program, and SwiftPM would insist on one of ours in an executable.
    products: [.library(name: "FuzzCaptureReader", type: .static, targets: ["FuzzCaptureReader"])],
    dependencies: [.package(name: "ixy-swift", path: "../..")],
    targets: [
        .target(
            name: "FuzzCaptureReader",
            dependencies: [.product(name: "IxyCapture", package: "ixy-swift")],
            swiftSettings: [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)])
    ]
)
