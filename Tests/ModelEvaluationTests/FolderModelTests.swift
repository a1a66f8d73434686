import Foundation
import ImageFiles
import Imaging
import JSONText
import ModelEvaluation
import TensorEngine
import TestFixtures
import TextGeneration
import Testing
import VisionLanguage

/// A model folder as evaluation sees it.
@Suite struct FolderModelTests {
    private static let model = Result { try FolderModel(path: Repository.path("fixtures/parity/blip2-olmoe-a")) }

    private static func picture(_ number: Int) throws -> Bitmap {
        try ImageSource.file(path: Repository.path("fixtures/parity/blip2-olmoe-a/image_\(number).png")).bitmap()
    }

    @Test func `answers side by side are the answers alone`() throws {
        let model = try Self.model.get()
        let sights = try (0..<2).map { try model.look(at: try Self.picture($0)) }
        var options = model.decoding
        options.maxTokens = 6
        let contexts = [
            PromptContext([.picture(sights[0], prompt: "a")], prompt: "a"),
            PromptContext([.picture(sights[1], prompt: nil)], prompt: nil), PromptContext([], prompt: "b c"),
            PromptContext(
                [.picture(sights[1], prompt: "a"), .text("one"), .picture(sights[0], prompt: "a b")], prompt: "a b"),
        ]

        let together = try model.answers(after: contexts, options: options, seed: 0).map { try $0.get() }
        let alone = try contexts.map { try model.answers(after: [$0], options: options, seed: 0)[0].get() }

        #expect(together == alone)
        #expect(Set(together.map(\.tokenIDs)).count > 1)
        #expect(together.allSatisfy { $0.tokenIDs.count == $0.tokenLogProbabilities.count })
    }

    /// The greedy batch does what `TextGenerator` does: beams of 1 and a run with `samples` at hardly any temperature agree.
    @Test func `a batch writes what the generator writes`() throws {
        let model = try Self.model.get()
        let context = PromptContext([.picture(try model.look(at: try Self.picture(0)), prompt: "a")], prompt: "a")
        var greedy = model.decoding
        greedy.maxTokens = 5
        var drawn = greedy
        drawn.samples = true
        drawn.topK = 1

        let first = try model.answers(after: [context], options: greedy, seed: 0)[0].get()
        let second = try model.answers(after: [context], options: drawn, seed: 3)[0].get()

        #expect(first.tokenIDs == second.tokenIDs)
        for (a, b) in zip(first.tokenLogProbabilities, second.tokenLogProbabilities) { #expect(abs(a - b) < 1e-5) }
    }

    @Test func `what was written is as likely as it says`() throws {
        let model = try Self.model.get()
        let ids = try model.ids(of: "a b c d")
        try #require(ids.count > 2 && !model.startIDs.isEmpty)

        let whole = model.logProbabilities(of: ids, after: model.startIDs)
        let rest = model.logProbabilities(of: Array(ids[1...]), after: model.startIDs + ids[..<1])

        for (a, b) in zip(whole.dropFirst(), rest) { #expect(abs(a - b) < 1e-4) }
    }

    /// The fake says −(ids before)/10. Eight ids in a window: the first has the start and seven (0.1 … 0.7), then each
    /// window scores four with four before them (0.4 … 0.7).
    @Test func `windows score every token once`() throws {
        let retention = TextRetention(model: FakeModel())

        let result = try retention.perplexity(of: "abcdefghijklm")

        #expect(retention.window == 8 && retention.stride == 4)
        #expect(result.tokens == 13 && result.bytes == 13)
        // 7 tokens: 2.8; 4 tokens: 0.4+0.5+0.6+0.7 = 2.2; the last 2, six before them: 0.6+0.7 = 1.3.
        #expect(abs(result.nats - 6.3) < 1e-9)
    }

    @Test func `a text of no tokens has no perplexity`() throws {
        #expect(try TextRetention(model: FakeModel()).perplexity(of: "").natsPerToken == nil)
    }

    @Test func `the identity changes with any weight and any deciding file`() throws {
        let scratch = try ScratchFolder(copying: Repository.path("fixtures/parity/blip2-olmoe-a"))
        let first = try ModelIdentity(folder: scratch.path, weightType: "auto")
        try scratch.write(#"{"prompts": {"caption": "x"}}"#, "lorgnette.json")
        let second = try ModelIdentity(folder: scratch.path, weightType: "auto")
        var bytes = try scratch.bytes("model.safetensors")
        bytes[bytes.count - 1] ^= 1
        try scratch.write(bytes, "model.safetensors")
        let third = try ModelIdentity(folder: scratch.path, weightType: "auto")

        #expect(first.weights == second.weights && first != second)
        #expect(second.weights != third.weights)
    }

    @Test func `a prompt that does not fit is an error of its own`() throws {
        let model = try FolderModel(path: Repository.path("fixtures/parity/blip2-opt-a"))
        let long = String(repeating: "word ", count: 4000)

        let answer = model.answers(after: [PromptContext([], prompt: long)], options: model.decoding, seed: 0)[0]

        guard case .failure(let error) = answer else {
            Issue.record("a prompt of 4000 words was read")
            return
        }
        #expect(error.code == "prompt" && error.description.contains("tokens"))
    }
}
