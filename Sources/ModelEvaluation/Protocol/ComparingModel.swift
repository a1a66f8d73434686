import Checkpoints
import Imaging
import Synchronization
import TensorEngine
import TextGeneration
import VisionLanguage

/// The folder of a model that compares pictures with texts (BLIP-2 after its first stage), as evaluation sees it: it ranks
/// captions, names and answers, and writes nothing.
///
/// A text that is scored stands behind the prompt, where there is one. Without a picture every text scores 0.
package struct ComparingModel: EvaluatedModel {
    /// What a picture and a text are compared by.
    package enum Comparison: String, Sendable, CaseIterable {
        /// ITC: the cosine of the text and the picture's nearest query, each read by itself.
        case contrast
        /// ITM: log p(they match), read together: one pass through the bridge a pair.
        case match
    }

    /// A picture that was looked at.
    package struct Sight: Sendable {
        let features: ImageFeatures
        /// `[1, queries, sharedWidth]`, unit vectors.
        let vectors: Tensor
    }

    package private(set) var identity: ModelIdentity
    package let decoding = GenerationOptions()
    private let folder: MatchingFolder
    private let comparison: Comparison
    private let texts: ReadTexts

    package var prompts: PromptTemplates { .blip2 }
    package var scoring: String {
        switch comparison {
        case .contrast: "cosine of contrastive heads (ITC), texts of \(Self.textLimit) tokens at most"
        case .match: "log-probability of the matching head (ITM), texts of \(Self.textLimit) tokens at most"
        }
    }
    package var writes: Bool { false }
    package var startIDs: [Int] { [] }
    package var contextLength: Int? { nil }

    /// Reads the folder at `path`.
    ///
    /// - Throws: `ModelFolderError` with the first part that cannot be used.
    package init(
        path: String, comparison: Comparison, weights: WeightType = .auto, heldAs: String
    ) throws(ModelFolderError) {
        folder = try MatchingFolder(path: path, weights: weights)
        self.comparison = comparison
        do { identity = try ModelIdentity(folder: path, weightType: heldAs) } catch { throw .checkpoint(error) }
        identity.imageProcessor = folder.processor.configuration.json
        texts = ReadTexts()
    }

    /// Texts that were read, so that each is read once whatever the number of pictures.
    private final class ReadTexts: Sendable {
        struct Text: Sendable {
            let read: BridgeText
            /// `[1, sharedWidth]`
            let vector: Tensor
        }

        let known = Mutex<[String: Text]>([:])
    }

    package func look(at picture: Bitmap) throws(ModelUseError) -> Sight {
        let pixels: PixelBatch
        do { pixels = try folder.processor.process(picture) } catch { throw .picture(error) }
        let features = folder.model.features(of: pixels.tensor)
        return Sight(
            features: features, vectors: folder.model.imageVectors(of: folder.model.queryTokens(of: features)))
    }

    package func byteCount(of sight: Sight) -> Int {
        (sight.features.tensor.count + sight.vectors.count) * MemoryLayout<Float>.size
    }

    /// The mean over the queries.
    package func vector(of sight: Sight) -> [Float] {
        let mean = sight.vectors.mean(axis: 1)  // [1, sharedWidth]
        return mean.array
    }

    package func answers(
        after contexts: [PromptContext<Sight>], options: GenerationOptions, seed: UInt64
    ) -> [Result<ModelAnswer, ModelUseError>] {
        contexts.map { _ in .failure(.noVoice) }
    }

    package func scores(
        of texts: [String], after context: PromptContext<Sight>
    ) throws(ModelUseError) -> [ModelAnswer] {
        var sight: Sight?
        for part in context.parts { if case .picture(let seen, _) = part { sight = seen } }
        let start = context.prompt.map { $0.isEmpty ? "" : $0 + " " } ?? ""
        var answers: [ModelAnswer] = []
        for text in texts {
            let score: Double
            if let sight {
                score = similarity(of: sight, try read(start + text))
            } else {
                score = 0
            }
            answers.append(ModelAnswer(text: text, tokenIDs: [], tokenLogProbabilities: [score]))
        }
        return answers
    }

    private func similarity(of sight: Sight, _ text: ReadTexts.Text) -> Double {
        switch comparison {
        case .contrast:
            Double(MatchingModel.similarity(images: sight.vectors, texts: text.vector).array[0])
        case .match:
            Double(folder.model.matchLogits(of: sight.features, with: text.read).logSoftmax().array[1])
        }
    }

    /// Longer texts are cut to this many tokens, as LAVIS cuts captions for retrieval.
    private static let textLimit = 35

    private func read(_ text: String) throws(ModelUseError) -> ReadTexts.Text {
        if let known = texts.known.withLock({ $0[text] }) { return known }
        let read: BridgeText
        do { read = BridgeText([try folder.tokenizer.ids(text, limit: Self.textLimit)]) } catch {
            throw .folder(error)
        }
        let new = ReadTexts.Text(read: read, vector: folder.model.textVectors(of: read))
        texts.known.withLock { $0[text] = new }
        return new
    }

    package func ids(of text: String) throws(ModelUseError) -> [Int] { throw .noVoice }

    package func logProbabilities(of ids: [Int], after context: [Int]) -> [Double] { [] }
}
