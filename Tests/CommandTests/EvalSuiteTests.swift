import Foundation
import JSONText
import TestFixtures
import Testing

/// `lorgnette eval` with no tasks named: the suite in the box.
@Suite struct EvalSuiteTests {
    private static let fixture = "fixtures/tiny-blip2-olmoe"

    /// The fixture with every value of its query tokens 0.
    private static func blinded() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let source = Repository.path(fixture)
        for name in try FileManager.default.contentsOfDirectory(atPath: source) where name != "model.safetensors" {
            try folder.write(Array(try Data(contentsOf: URL(filePath: source + "/" + name))), name)
        }
        var bytes = Array(try Data(contentsOf: URL(filePath: source + "/model.safetensors")))
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONValue(parsing: Array(bytes[8..<8 + length]))
        let entry = try #require(header["query_tokens"]?["data_offsets"]?.array)
        let offsets = entry.compactMap(\.integer)
        for place in 8 + length + offsets[0]..<8 + length + offsets[1] { bytes[place] = 0 }
        try folder.write(bytes, "model.safetensors")
        return folder
    }

    @Test func `a model whose query tokens are zeroed is marked on every line`() throws {
        let model = try Self.blinded()

        let run = try CommandRun(["eval", "-m", model.path, "--limit", "12", "-o", model.file("run"), "--quiet"])

        #expect(run.status == 0)
        let lines = run.lines.filter { $0.hasPrefix("drawn-") }
        #expect(lines.count == 6 && lines.allSatisfy { $0.hasSuffix("not better than blind") }, "\(run.output)")
        #expect(run.output.contains("text retention: "))
        let results = try JSONValue(parsing: model.bytes("run/results.json"))["tasks"]?.array ?? []
        #expect(results.count == 7 && results.prefix(6).allSatisfy { $0["beats_blind"]?.bool == false })
        #expect(try model.text("run/report.html").contains("Not better than the same model without the picture"))
    }
}
