import ImageFiles
import Imaging
import JSONText
import ModelEvaluation
import TestFixtures
import TextGeneration
import Testing
import VisionLanguage

/// Folders of models that do not both look and write.
@Suite struct OtherModelTests {
    private static func decoder() throws -> DecoderModel {
        try DecoderModel(path: Repository.path("fixtures/parity/text-olmoe-a"), heldAs: "auto")
    }

    private static func comparing(_ comparison: ComparingModel.Comparison = .contrast) throws -> ComparingModel {
        try ComparingModel(
            path: Repository.path("fixtures/encoders/blip2-itm"), comparison: comparison, heldAs: "auto")
    }

    private static let pictures = ["one.png": RGBColor.pureRed, "two.png": .pureGreen]

    private static func retrieval() throws -> TaskFolder {
        try TaskFolder(
            [
                "captions_val2017.json": """
                {"images": [{"id": 1, "file_name": "one.png"}, {"id": 2, "file_name": "two.png"}],
                 "annotations": [{"id": 1, "image_id": 1, "caption": "a red square"},
                   {"id": 2, "image_id": 1, "caption": "red"}, {"id": 3, "image_id": 2, "caption": "a green one"}]}
                """
            ], pictures: pictures)
    }

    private func session<Model: EvaluatedModel>(
        _ model: Model, _ task: any EvaluationTask, ranks: Bool
    ) -> EvaluationSession<Model> {
        let card = type(of: task).card
        var settings = TaskProtocol(prompt: card.prompt, decoding: model.decoding, variant: card.variants[0])
        settings.answering = ranks ? .rank(.sum) : .generate
        return EvaluationSession(model: model, entries: [.init(task: task, settings: settings)])
    }

    @Test func `a decoder alone predicts text, every token once`() throws {
        let model = try Self.decoder()
        let text = String(repeating: "a b c d e ", count: 12)
        let ids = try model.ids(of: text)

        let whole = try TextRetention(model: model, window: 1024).perplexity(of: text)
        let windows = try TextRetention(model: model, window: 8).perplexity(of: text)

        #expect(whole.tokens == ids.count - (model.startIDs.isEmpty ? 1 : 0) && windows.tokens == whole.tokens)
        #expect((whole.natsPerToken ?? 0) > 0 && whole.bytes == text.utf8.count)
        #expect(model.identity.bridge == "none" && model.identity.weights.count == 64)
    }

    @Test func `a decoder alone ranks choices by what it says of their tokens`() async throws {
        let model = try Self.decoder()
        let folder = try TaskFolder([
            "choices.jsonl": #"{"question": "a b", "choices": ["c d", "e f g"], "answer": 1}"#
        ])
        let task = try folder.open(TextChoices.self)

        let run = try await session(model, task, ranks: true).run(in: nil)[0]

        let scores = try model.scores(of: ["c d", "e f g"], after: PromptContext([], prompt: "a b"))
        #expect(run.rows[0].choiceScores == scores.map(\.logProbability))
        let written = model.answers(after: [PromptContext([], prompt: "a b")], options: model.decoding, seed: 0)
        let answer = try written[0].get()
        #expect(!answer.tokenIDs.isEmpty)
    }

    @Test func `a decoder alone is asked about no pictures`() async throws {
        let task = try Self.retrieval().open(COCOCaptions.self)

        let error = await #expect(throws: ModelUseError.self) {
            try await session(try Self.decoder(), task, ranks: false).run(in: nil)
        }

        #expect(error?.code == "no_pictures" && error?.description.contains("perplexity") == true)
    }

    @Test(arguments: ComparingModel.Comparison.allCases)
    func `heads that compare rank what match says`(comparison: ComparingModel.Comparison) async throws {
        let model = try Self.comparing(comparison)
        let folder = try Self.retrieval()
        let task = try folder.open(COCORetrieval.self)

        let run = try await session(model, task, ranks: true).run(in: nil)[0]

        let picture = try ImageSource.file(path: folder.folder.file("one.png")).bitmap()
        let sight = try model.look(at: picture)
        let texts = ["a red square", "red", "a green one"]
        let scores = try model.scores(of: texts, after: PromptContext([.picture(sight, prompt: nil)], prompt: nil))
        #expect(run.rows[0].choiceScores == scores.map(\.logProbability))
        #expect(Set(run.rows[0].choiceScores).count == 3)
        #expect(run.json["protocol"]?["answers"]?.string?.contains(comparison == .contrast ? "ITC" : "ITM") == true)
        #expect(run.rows[0].baseline("blind")?.choiceScores == [0, 0, 0])
        #expect(run.value("text_recall_at_5") == 1)
    }

    @Test func `heads that compare write nothing`() async throws {
        let task = try Self.retrieval().open(COCOCaptions.self)

        let error = await #expect(throws: ModelUseError.self) {
            try await session(try Self.comparing(), task, ranks: false).run(in: nil)
        }

        #expect(error?.code == "no_writing")
    }

    @Test func `a text after a prompt is read as one`() throws {
        let model = try Self.comparing()
        let sight = try model.look(at: Bitmap(width: 8, height: 8, color: .pureRed))
        func score(_ text: String, _ prompt: String?) throws -> Double {
            try model.scores(of: [text], after: PromptContext([.picture(sight, prompt: prompt)], prompt: prompt))[0]
                .logProbability
        }

        #expect(try score("red", "a photo of") == score("a photo of red", nil))
        #expect(try score("red", "a photo of") != score("red", nil))
        #expect(try score(String(repeating: "red ", count: 500), nil).isFinite)
    }
}
