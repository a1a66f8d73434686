import Checkpoints
import Foundation
import Imaging
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// The folder of a language model alone, as evaluation sees it: it reads and writes texts, and looks at no picture.
///
/// A prompt becomes ids as it does in a folder with a bridge, so the same decoder gives the same numbers in both.
package struct DecoderModel: EvaluatedModel {
    /// Nothing: `look` always throws.
    package struct Sight: Sendable {}

    package private(set) var identity: ModelIdentity
    package let decoding: GenerationOptions
    package let contextLength: Int?
    package var positionLimit: Int? { model.contextLength }
    package let windowIDs: [Int]?
    private let path: String
    private let model: LanguageModel
    private let tokenizer: TextTokenizer
    private let beginIDs: [Int]

    package var prompts: PromptTemplates { .blip2 }
    package var startIDs: [Int] {
        isEncoderDecoder ? tokenizer.encode("", addingSpecialTokens: true) : beginIDs
    }
    package var isEncoderDecoder: Bool { model.isEncoderDecoder }
    package var looks: Bool { false }

    /// Reads the folder at `path`.
    ///
    /// - Throws: `ModelFolderError` with the first part that cannot be used.
    package init(path: String, weights: WeightType = .auto, heldAs: String) throws(ModelFolderError) {
        self.path = path
        let folder = try LanguageModelFolder(path: path, weights: weights)
        model = folder.model
        beginIDs = folder.beginID.map { [$0] } ?? []
        do { tokenizer = try TextTokenizer(folder: URL(filePath: path, directoryHint: .isDirectory)) } catch {
            throw .tokenizer(error)
        }
        do { windowIDs = try LeadingTokens.read.ids(in: path, tokenizer) } catch { throw .config(error) }
        do { decoding = try GenerationOptions(folder: path, endTokens: folder.endIDs) } catch { throw .config(error) }
        do { identity = try ModelIdentity(folder: path, weightType: heldAs) } catch { throw .checkpoint(error) }
        identity.bridge = "none"
        contextLength = folder.model.contextLength ?? Self.statedContext(path)
    }

    /// Whether the config at `path` is that of a language model alone.
    package static func describes(_ config: ConfigObject) -> Bool {
        config.value("text_config") == nil && config.value("vision_config") == nil
            && config.value("qformer_config") == nil
    }

    /// `max_position_embeddings`, where position embeddings are computed and have no end of their own.
    private static func statedContext(_ path: String) -> Int? {
        guard let config = try? ConfigObject(path: path + "/config.json") else { return nil }
        return (try? config.optionalInteger("max_position_embeddings")) ?? nil
    }

    package func look(at picture: Bitmap) throws(ModelUseError) -> Sight { throw .noEyes }

    package func byteCount(of sight: Sight) -> Int { 0 }

    package func vector(of sight: Sight) -> [Float] { [] }

    package func answers(
        after contexts: [PromptContext<Sight>], options: GenerationOptions, seed: UInt64
    ) -> [Result<ModelAnswer, ModelUseError>] {
        contexts.map { context in
            Result { () throws(ModelUseError) in try answer(after: context, options: options, seed: seed) }
        }
    }

    private func answer(
        after context: PromptContext<Sight>, options: GenerationOptions, seed: UInt64
    ) throws(ModelUseError) -> ModelAnswer {
        let ids = try reading(of: context)
        var options = options
        options.sequences = 1
        if let limit = contextLength {
            guard ids.count < limit else { throw .folder(.promptTooLong(tokens: ids.count, limit: limit)) }
            options.maxTokens = min(options.maxTokens, limit - ids.count)
        }
        var generator = SeededGenerator(seed: seed)
        let text = model.textModel
        let sequences = TextGenerator(model: text, options: options)
            .generate(after: text.prefix(of: []), prompt: ids, using: &generator)
        guard let best = sequences.first else { throw .nothingToRead }
        return ModelAnswer(
            text: PythonText.stripped(tokenizer.decode(best.ids, skippingSpecialTokens: true)), tokenIDs: best.ids,
            pieces: pieces(of: best.ids), tokenLogProbabilities: best.logProbabilities.map(Double.init))
    }

    package func scores(
        of texts: [String], after context: PromptContext<Sight>
    ) throws(ModelUseError) -> [ModelAnswer] {
        let prompt = try reading(of: context)
        var answers: [ModelAnswer] = []
        for text in texts {
            let ids = try checked(
                tokenizer.encode(isEncoderDecoder ? text : " " + text, addingSpecialTokens: false))
            if let limit = contextLength, prompt.count + ids.count > limit + 1 {
                throw .folder(.promptTooLong(tokens: prompt.count + ids.count, limit: limit))
            }
            answers.append(
                ModelAnswer(
                    text: text, tokenIDs: ids, pieces: pieces(of: ids),
                    tokenLogProbabilities: logProbabilities(of: ids, after: prompt)))
        }
        return answers
    }

    package func ids(of text: String) throws(ModelUseError) -> [Int] {
        try checked(tokenizer.encode(text, addingSpecialTokens: false))
    }

    package func logProbabilities(of ids: [Int], after context: [Int]) -> [Double] {
        guard !ids.isEmpty else { return [] }
        let text = model.textModel
        return FolderModel.logProbabilities(
            of: ids, logits: text.logits(after: text.prefix(of: []), prompt: context, continuation: ids))
    }

    /// The ids in front of an answer: the texts of demonstrations, then the prompt; the start token where there are none.
    private func reading(of context: PromptContext<Sight>) throws(ModelUseError) -> [Int] {
        var ids: [Int] = []
        for part in context.parts {
            if case .text(let text) = part { ids += tokenizer.encode(text, addingSpecialTokens: false) }
        }
        if let prompt = context.prompt, !prompt.isEmpty || isEncoderDecoder {
            ids += tokenizer.encode(prompt, addingSpecialTokens: true)
        } else {
            ids += startIDs
        }
        guard !ids.isEmpty else { throw .nothingToRead }
        return try checked(ids)
    }

    private func checked(_ ids: [Int]) throws(ModelUseError) -> [Int] {
        if let stray = ids.first(where: { $0 < 0 || $0 >= model.vocabularySize }) {
            throw .folder(.idWithoutEmbedding(folder: path, id: stray, vocabulary: model.vocabularySize))
        }
        return ids
    }

    private func pieces(of ids: [Int]) -> [String] { ids.map { tokenizer.decode([$0]) } }
}
