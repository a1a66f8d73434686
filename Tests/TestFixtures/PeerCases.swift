import Foundation

/// Cases made by `Tests/Peers/image_cases.py` with Pillow and transformers, where a Python with them is present.
package struct PeerCases {
    /// Where the cases are.
    package let folder: URL
    /// The fields of `manifest.tsv`.
    package let rows: [[String]]

    private static let script = Repository.path("Tests/Peers/image_cases.py")

    /// `LORGNETTE_PEER_PYTHON`, else the environment that the peers are usually in.
    package static var python: String? {
        let environment = ProcessInfo.processInfo.environment
        let candidate =
            environment["LORGNETTE_PEER_PYTHON"] ?? (environment["HOME"] ?? "") + "/.cache/peers/venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: candidate) ? candidate : nil
    }

    /// `LORGNETTE_PEER_SEED`, else 2.
    package static var seed: String { ProcessInfo.processInfo.environment["LORGNETTE_PEER_SEED"] ?? "2" }

    /// Makes `count` cases of `what`: one that the script knows.
    package init(_ what: String, count: Int) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lorgnette-\(what)-\(UUID().uuidString)")
        let process = Process()
        process.executableURL = URL(filePath: Self.python ?? "/usr/bin/env")
        process.arguments = [
            "-W", "ignore", Self.script, what, folder.path(percentEncoded: false), "--seed", Self.seed, "--count",
            String(count),
        ]
        try process.run()
        process.waitUntilExit()
        let manifest = try String(contentsOf: folder.appending(path: "manifest.tsv"), encoding: .utf8)
        rows = manifest.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    }

    /// Deletes the cases.
    package func remove() { try? FileManager.default.removeItem(at: folder) }
}
