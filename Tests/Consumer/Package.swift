// swift-tools-version: 6.2

import PackageDescription

// A program of somebody else's: it knows the library product and nothing of our rooms.
let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "lorgnette", path: "../..")],
    targets: [
        .executableTarget(
            name: "caption-one", dependencies: [.product(name: "LorgnetteKit", package: "lorgnette")])
    ]
)
