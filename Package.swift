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
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
        exclude: ["Imaging", "ImageFiles"].contains(name) ? ["Fixtures"] : [],  // found by #filePath
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "lorgnette",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "LorgnetteKit", targets: ["LorgnetteKit"]),
        .library(name: "LorgnetteModel", targets: ["LorgnetteModel"]),
        .executable(name: "lorgnette", targets: ["lorgnette"]),
        .executable(name: "lorgnette-bench", targets: ["lorgnette-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
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
        // The weights that ship: a product of its own, so that who brings a model does not carry ours.
        room("LorgnetteModel", resources: [.copy("Model")]),

        // MARK: - Layer 1
        room("TensorEngine", ["CKernels", "COpenBLAS"]),
        room("TextTokens", ["JSONText"]),
        room("ReportPages", ["JSONText"]),

        // MARK: - Layer 2
        room("Imaging", ["TensorEngine", "CImageCodecs", "JSONText"]),
        room("NeuralLayers", ["TensorEngine"]),
        room("Checkpoints", ["TensorEngine", "JSONText", .product(name: "Crypto", package: "swift-crypto")]),

        // MARK: - Layer 3
        room("ImageFiles", ["Imaging", "CImageCodecs"]),
        room("SceneDrawing", ["Imaging", "TensorEngine", "JSONText"]),
        room("VisionLanguage", ["Imaging", "NeuralLayers", "Checkpoints", "TextTokens", "JSONText"]),

        // MARK: - Layer 4
        room(
            "InterleavedData",
            [
                "ImageFiles", "Imaging", "Checkpoints", "TextTokens", "TensorEngine", "JSONText",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        room("TextGeneration", ["VisionLanguage", "TextTokens", "JSONText"]),

        // MARK: - Layer 5
        room(
            "ModelTraining",
            [
                "InterleavedData", "TextGeneration", "VisionLanguage", "NeuralLayers", "Checkpoints", "TextTokens",
                "TensorEngine", "ReportPages", "ImageFiles", "Imaging", "JSONText",
                .product(name: "Yams", package: "Yams"),
            ]),
        room(
            "ModelEvaluation",
            [
                "InterleavedData", "TextGeneration", "VisionLanguage", "Checkpoints", "TextTokens", "TensorEngine",
                "ReportPages", "ImageFiles", "Imaging", "SceneDrawing", "JSONText",
            ]),

        // MARK: - Layer 6: what people touch
        room(
            "LorgnetteKit",
            [
                "TextGeneration", "VisionLanguage", "NeuralLayers", "ImageFiles", "Imaging", "TextTokens",
                "Checkpoints",
                "TensorEngine", "JSONText",
            ]),
        .executableTarget(
            name: "lorgnette",
            dependencies: [
                "LorgnetteKit", "LorgnetteModel", "ModelEvaluation", "ModelTraining", "InterleavedData", "ReportPages",
                "Checkpoints", "JSONText", "TextGeneration", "ImageFiles", "Imaging", "SceneDrawing", "TensorEngine",
                "TextTokens", "VisionLanguage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: swiftSettings),
        .executableTarget(
            name: "lorgnette-bench",
            dependencies: [
                "LorgnetteKit", "ModelTraining", "VisionLanguage", "NeuralLayers", "Checkpoints", "TensorEngine",
                "ReportPages", "JSONText",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: swiftSettings),

        // MARK: - Tests
        .target(
            name: "TestFixtures", dependencies: ["VisionLanguage", "Checkpoints", "TensorEngine"],
            path: "Tests/TestFixtures", swiftSettings: swiftSettings),
        tests("JSONText"),
        tests("TensorEngine", ["CKernels"]),
        tests("TextTokens", ["JSONText"]),
        tests("Imaging", ["CImageCodecs", "JSONText", "TestFixtures"]),
        tests("ImageFiles", ["Imaging", "TestFixtures"]),
        tests("SceneDrawing", ["Imaging", "JSONText", "TensorEngine"]),
        tests("NeuralLayers", ["TensorEngine"]),
        tests("ReportPages", ["JSONText"]),
        tests("InterleavedData", ["ImageFiles", "Imaging", "JSONText", "TensorEngine", "TextTokens", "TestFixtures"]),
        tests("Checkpoints", ["TensorEngine", "JSONText"]),
        tests("VisionLanguage", ["ImageFiles", "NeuralLayers", "TestFixtures", "JSONText"]),
        tests("TextGeneration", ["ImageFiles", "LorgnetteKit", "NeuralLayers", "TestFixtures", "JSONText"]),
        tests(
            "ModelTraining",
            [
                "TestFixtures", "Checkpoints", "TensorEngine", "VisionLanguage", "JSONText", "ImageFiles", "Imaging",
                "InterleavedData", "NeuralLayers", "ReportPages", "TextTokens",
            ]),
        tests(
            "ModelEvaluation",
            [
                "JSONText", "TestFixtures", "ImageFiles", "Imaging", "VisionLanguage", "TextGeneration", "TensorEngine",
                "InterleavedData",
            ]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "LorgnetteKit", "LorgnetteModel", "Checkpoints", "TensorEngine", "ImageFiles", "Imaging", "JSONText",
                "TestFixtures",
            ],
            swiftSettings: swiftSettings),
        .testTarget(name: "HouseTests", dependencies: ["TestFixtures"], swiftSettings: swiftSettings),
    ]
)
