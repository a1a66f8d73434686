import Foundation
import Testing

/// The rooms of `Package.swift` by layer; an import goes to a lower layer only, never sideways.
private let layers: [[String]] = [
    ["CPNG", "CJPEG", "COpenBLAS", "CKernels", "JSONText", "LorgnetteModel"],
    ["CImageCodecs", "TensorEngine", "TextTokens", "ReportPages"],
    ["Imaging", "NeuralLayers", "Checkpoints"],
    ["ImageFiles", "SceneDrawing", "VisionLanguage"],
    ["InterleavedData", "TextGeneration", "Retrieval"],
    ["ModelTraining", "ModelEvaluation", "ModelServing"],
    ["LorgnetteKit"],
    ["lorgnette", "lorgnette-bench"],
]

@Suite struct LayeringTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let layerOf = Dictionary(
        uniqueKeysWithValues: layers.enumerated().flatMap { layer, rooms in rooms.map { ($0, layer) } })

    @Test func `every room stands in a layer`() throws {
        let rooms = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appending(path: "Sources").path(percentEncoded: false))

        #expect(!rooms.isEmpty)
        #expect(rooms.filter { !$0.hasPrefix(".") && Self.layerOf[$0] == nil }.isEmpty)
    }

    @Test func `imports go down`() throws {
        var upward: [String] = []
        let sources = Self.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var importLines = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let path = file.path(percentEncoded: false).dropFirst(sources.path(percentEncoded: false).count)
            let room = String(path.split(separator: "/")[0])
            let layer = try #require(Self.layerOf[room])
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let imported = Self.importedModule(of: line), let below = Self.layerOf[imported] else { continue }
                importLines += 1
                if below >= layer { upward.append("\(path): \(line)") }
            }
        }

        #expect(importLines > 0)
        #expect(upward.isEmpty, "imports that go up or sideways: \(upward)")
    }

    /// `Module` of a line `[@attribute|access] import [kind] Module[.name]`.
    private static func importedModule(of line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ isImportPrefix($0) }),
            let last = words[(at + 1)...].last
        else { return nil }
        return String(last.split(separator: ".")[0])
    }

    private static func isImportPrefix(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains(word)
    }
}
