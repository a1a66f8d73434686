import Imaging
import TextGeneration
import VisionLanguage

/// What evaluation asks of a model: to look at pictures, to write, and to say how likely texts are.
///
/// An answer must not depend on the other contexts in its batch.
package protocol EvaluatedModel: Sendable {
    /// What is left of a picture once the model has looked at it: small enough to keep thousands.
    associatedtype Sight: Sendable

    /// What the model is, for the fingerprint of a result.
    var identity: ModelIdentity { get }
    /// Prompts where a protocol gives none.
    var prompts: PromptTemplates { get }
    /// Decoding where a protocol says nothing.
    var decoding: GenerationOptions { get }
    /// What `scores` are, in a word or two.
    var scoring: String { get }
    /// Whether pictures and prompt are read by an encoder.
    var isEncoderDecoder: Bool { get }
    /// Whether it writes; one that does not can only rank.
    var writes: Bool { get }
    /// Whether it looks at pictures.
    var looks: Bool { get }

    /// Looks at a picture, upright, RGB.
    func look(at picture: Bitmap) throws(ModelUseError) -> Sight

    /// Bytes that a sight takes in memory.
    func byteCount(of sight: Sight) -> Int

    /// The picture as one vector, for finding pictures that are alike.
    func vector(of sight: Sight) -> [Float]

    /// Writes an answer after each context.
    ///
    /// - Parameter seed: of drawing; a greedy or searched answer does not depend on it.
    func answers(
        after contexts: [PromptContext<Sight>], options: GenerationOptions, seed: UInt64
    ) -> [Result<ModelAnswer, ModelUseError>]

    /// How likely each text is after the context, with one space between them.
    func scores(of texts: [String], after context: PromptContext<Sight>) throws(ModelUseError) -> [ModelAnswer]

    /// A text in ids, without special tokens.
    func ids(of text: String) throws(ModelUseError) -> [Int]

    /// The ids that a text begins with where nothing stands before it: the start token, or none.
    var startIDs: [Int] { get }

    /// The longest sequence that the model was made for; nil where nothing says.
    var contextLength: Int? { get }
    /// What stands before every window of a text, where the model has learned to read so; nil: the start token, before the
    /// first window alone.
    var windowIDs: [Int]? { get }
    /// The longest sequence that it has positions for; nil where positions are computed and have no end.
    var positionLimit: Int? { get }

    /// log p of each of `ids` after `context`, which is not empty, without pictures.
    func logProbabilities(of ids: [Int], after context: [Int]) -> [Double]
}

extension EvaluatedModel {
    package var scoring: String { "log-likelihood" }
    package var positionLimit: Int? { contextLength }
    package var windowIDs: [Int]? { nil }
    package var isEncoderDecoder: Bool { false }
    package var writes: Bool { true }
    package var looks: Bool { true }
}
