// swift-tools-version: 6.2

import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

/// A library target of ours with the house's settings.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

/// The test target of the room of that name.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: swiftSettings)
}

let package = Package(
    name: "lorgnette",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "LorgnetteKit", targets: ["LorgnetteKit"]),
        .executable(name: "lorgnette", targets: ["lorgnette"]),
        .executable(name: "lorgnette-bench", targets: ["lorgnette-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // MARK: - Layer 0: the system's libraries, C, bytes
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .target(
            name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"], cSettings: cSettings,
            linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        .target(name: "CKernels", cSettings: cSettings),
        room("JSONText"),

        // MARK: - Layer 1
        room("TensorEngine", ["CKernels", "COpenBLAS"]),
        room("TextTokens", ["JSONText"]),

        // MARK: - Layer 2
        room("Imaging", ["TensorEngine"]),
        room("NeuralLayers", ["TensorEngine"]),
        room("Checkpoints", ["TensorEngine", "JSONText"]),

        // MARK: - Layer 3
        room("ImageFiles", ["Imaging", "CImageCodecs"]),
        room("VisionLanguage", ["Imaging", "NeuralLayers", "Checkpoints", "TextTokens"]),

        // MARK: - Layer 4
        room("TextGeneration", ["VisionLanguage", "TextTokens"]),

        // MARK: - Layer 5
        room("ModelEvaluation", ["TextGeneration", "JSONText"]),

        // MARK: - Layer 6: what people touch
        room("LorgnetteKit", ["TextGeneration", "VisionLanguage", "ImageFiles", "Imaging", "TextTokens"]),
        .executableTarget(
            name: "lorgnette",
            dependencies: [
                "LorgnetteKit", "ModelEvaluation", "Checkpoints", "JSONText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: swiftSettings),
        .executableTarget(
            name: "lorgnette-bench",
            dependencies: [
                "LorgnetteKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: swiftSettings),

        // MARK: - Tests
        tests("JSONText"),
        tests("TensorEngine", ["CKernels"]),
        tests("TextTokens"),
        tests("Imaging"),
        tests("ImageFiles"),
        tests("NeuralLayers"),
        tests("Checkpoints"),
        tests("VisionLanguage", ["ImageFiles"]),
        tests("TextGeneration", ["ImageFiles"]),
        tests("ModelEvaluation", ["JSONText"]),
        .testTarget(name: "HouseTests", swiftSettings: swiftSettings),
    ]
)
