import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// A language model alone, or that of a vision–language model, ready to go on from a text.
///
///     let completer = try TextCompleter(folder: URL(filePath: "run/model"))
///     print(try completer.complete("Once upon a time")[0].text)
///
/// A value of this type may be used from several threads.
public struct TextCompleter: Sendable {
    private let path: String
    private let model: LanguageModel
    private let tokenizer: TextTokenizer
    private let begin: [Int]
    /// How text is generated where a call does not say: the folder's own settings, or greedy, 30 tokens.
    public let defaults: GenerationOptions

    /// The model in a folder of Hugging Face's layout: `config.json`, weights, `tokenizer.json`.
    ///
    /// What stands before a text is what `lorgnette.json` names under `complete.leading_tokens`, else the config's
    /// `bos_token_id`.
    /// - Parameter weights: how matrices are held in memory; `auto` leaves them in the file as they are.
    /// - Throws: `LorgnetteError` with what is missing or damaged.
    public init(folder: URL, weights: WeightType = .auto) throws(LorgnetteError) {
        path = folder.path(percentEncoded: false).droppingFinalSlash
        var begin: [Int] = []
        let ends: Set<Int>
        do throws(ModelFolderError) {
            let config = try ModelFolder.config(at: path)
            if config.value("text_config") != nil {
                let whole = try ModelFolder(path: path, weights: weights)
                model = whole.model.decoder
                tokenizer = whole.tokenizer
                begin = whole.configuration.beginID.map { [$0] } ?? []
                ends = whole.configuration.endIDs
            } else {
                let alone = try LanguageModelFolder(path: path, weights: weights)
                do { tokenizer = try TextTokenizer(folder: folder) } catch { throw ModelFolderError.tokenizer(error) }
                model = alone.model
                begin = alone.beginID.map { [$0] } ?? []
                ends = alone.endIDs
            }
            do throws(ConfigError) { begin = try LeadingTokens.complete.ids(in: path, tokenizer) ?? begin } catch {
                throw ModelFolderError.config(error)
            }
        } catch { throw LorgnetteError(error) }
        self.begin = begin
        do { defaults = try GenerationOptions(folder: path, endTokens: ends) } catch {
            throw LorgnetteError(ModelFolderError.config(error))
        }
    }

    /// Texts that go on from `text`: `options.sequences` of them, best first where they are searched. What is returned is what
    /// comes after `text`, blanks in front included.
    ///
    /// - Parameter onText: called with each new piece of the first text as it is made; return false to stop.
    public func complete(
        _ text: String, options: GenerationOptions? = nil, seed: UInt64 = 0,
        onText: (String) -> Bool = { _ in true }
    ) throws(LorgnetteError) -> [GeneratedText] {
        let ids = begin + tokenizer.encode(text, addingSpecialTokens: false)
        guard !ids.isEmpty || model.isEncoderDecoder else {
            throw LorgnetteError(
                kind: .badData, code: "prompt",
                description: "\(path): the model has no start token: give a text to go on from")
        }
        if let stray = ids.first(where: { $0 >= model.vocabularySize }) {
            throw LorgnetteError(
                ModelFolderError.idWithoutEmbedding(folder: path, id: stray, vocabulary: model.vocabularySize))
        }
        var options = options ?? defaults
        if let limit = model.contextLength {
            guard ids.count < limit else {
                throw LorgnetteError(ModelFolderError.promptTooLong(tokens: ids.count, limit: limit))
            }
            options.maxTokens = min(options.maxTokens, limit - ids.count)
        }
        var generator = SeededGenerator(seed: seed)
        let written = model.textModel
        var said: [Int] = []
        var shown = ""
        let sequences = TextGenerator(model: written, options: options).generate(
            after: written.prefix(of: []), prompt: ids, using: &generator
        ) { token in
            said.append(token)
            let now = tokenizer.decode(said, skippingSpecialTokens: true)
            // A character of which bytes are still to come shows as U+FFFD at the end.
            guard !now.unicodeScalars.reversed().prefix(3).contains("\u{FFFD}"), now.utf8.starts(with: shown.utf8)
            else { return true }
            let piece = String(decoding: now.utf8.dropFirst(shown.utf8.count), as: UTF8.self)
            shown = now
            return piece.isEmpty || onText(piece)
        }
        return sequences.map { sequence in
            GeneratedText(
                text: tokenizer.decode(sequence.ids, skippingSpecialTokens: true), tokenIDs: sequence.ids,
                logProbabilities: sequence.logProbabilities)
        }
    }
}
