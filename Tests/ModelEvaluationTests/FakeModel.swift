import Foundation
import Imaging
import ModelEvaluation
import TextGeneration
import VisionLanguage

/// A model of a few lines: it sees the colour of a picture's first pixel, and says what its script says.
struct FakeModel: EvaluatedModel {
    struct Sight: Sendable {
        let color: String
    }

    /// Colours in the order of the prompt, and the prompt → what is written.
    var write: @Sendable ([String], String?) -> String = { colors, _ in colors.last ?? "nothing" }
    /// Colours, prompt, text → log-probability.
    var weigh: @Sendable ([String], String?, String) -> Double = { colors, _, text in
        text.contains(colors.last ?? "nothing") ? -1 : -5
    }

    var identity = ModelIdentity(name: "fake", weights: "0", bridge: "0", files: [], weightType: "none")
    var prompts = PromptTemplates.blip2
    var decoding = GenerationOptions()
    var contextLength: Int? { 8 }
    var startIDs: [Int] { [1] }

    func look(at picture: Bitmap) throws(ModelUseError) -> Sight {
        let pixel = picture[x: 0, y: 0]
        switch (pixel.red > 128, pixel.green > 128, pixel.blue > 128) {
        case (true, false, false): return Sight(color: "red")
        case (false, true, false): return Sight(color: "green")
        case (false, false, true): return Sight(color: "blue")
        default: return Sight(color: "white")
        }
    }

    func byteCount(of sight: Sight) -> Int { 1 << 20 }

    func vector(of sight: Sight) -> [Float] {
        ["red", "green", "blue"].map { $0 == sight.color ? 1 : 0 }
    }

    func answers(
        after contexts: [PromptContext<Sight>], options: GenerationOptions, seed: UInt64
    ) -> [Result<ModelAnswer, ModelUseError>] {
        contexts.map { context in
            let text = write(Self.colors(context), Self.prompt(context))
            return .success(ModelAnswer(text: text, tokenIDs: [5, 2], tokenLogProbabilities: [-0.5, -0.25]))
        }
    }

    func scores(of texts: [String], after context: PromptContext<Sight>) throws(ModelUseError) -> [ModelAnswer] {
        texts.map { text in
            ModelAnswer(
                text: text, tokenIDs: [7],
                tokenLogProbabilities: [weigh(Self.colors(context), Self.prompt(context), text)])
        }
    }

    func ids(of text: String) throws(ModelUseError) -> [Int] { text.utf8.map { Int($0) } }

    /// −(position in the context) / 10: tells how many ids stand before each.
    func logProbabilities(of ids: [Int], after context: [Int]) -> [Double] {
        ids.indices.map { -Double(context.count + $0) / 10 }
    }

    private static func colors(_ context: PromptContext<Sight>) -> [String] {
        context.parts.compactMap { if case .picture(let sight, _) = $0 { sight.color } else { nil } }
    }

    /// Demonstrations' texts and the prompt.
    private static func prompt(_ context: PromptContext<Sight>) -> String? {
        let texts = context.parts.compactMap { part -> String? in if case .text(let text) = part { text } else { nil } }
        return texts.isEmpty ? context.prompt : texts.joined() + (context.prompt ?? "")
    }
}
