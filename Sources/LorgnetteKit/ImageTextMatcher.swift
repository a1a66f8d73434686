import Checkpoints
import Foundation
import ImageFiles
import Imaging
import TensorEngine
import VisionLanguage

/// How well a picture and a text go together.
public struct ImageTextMatch: Sendable, Equatable {
    /// The probability that they match, by the head that reads both together.
    public let probability: Float
    /// The cosine of the text and the picture's nearest query, each read by itself; from −1 to 1.
    public let similarity: Float
}

/// A model that tells how well pictures and texts go together: BLIP-2 after its first stage.
///
///     let matcher = try ImageTextMatcher(folder: URL(filePath: "models/blip2-itm-vit-g"))
///     let text = try matcher.read("two cats on a couch")
///     let picture = try matcher.look(at: .file(path: "cats.jpg"))
///     print(matcher.match(picture, text).probability)
public struct ImageTextMatcher: Sendable {
    private let folder: MatchingFolder

    /// A picture that the matcher has looked at.
    public struct SeenPicture: Sendable {
        let features: ImageFeatures
        /// `[1, queries, sharedWidth]`
        let vectors: Tensor
    }

    /// A text that the matcher has read by itself.
    public struct ReadText: Sendable {
        let text: BridgeText
        /// `[1, sharedWidth]`
        let vector: Tensor
    }

    /// The model in a folder that transformers loads as `Blip2ForImageTextRetrieval`.
    ///
    /// - Parameter weights: how matrices are held in memory; `auto` leaves them in the file as they are.
    /// - Throws: `LorgnetteError` with what is missing, damaged or of another kind.
    public init(folder: URL, weights: WeightType = .auto) throws(LorgnetteError) {
        let path = folder.path(percentEncoded: false).droppingFinalSlash
        do { self.folder = try MatchingFolder(path: path, weights: weights) } catch { throw LorgnetteError(error) }
    }

    /// Decodes a picture and looks at it.
    public func look(at image: ImageSource, options: ImageDecodingOptions = .init()) throws(LorgnetteError)
        -> SeenPicture
    {
        look(at: try pixels(of: image, options: options))
    }

    /// Looks at a prepared picture: from here each text costs one pass through the bridge.
    public func look(at picture: PixelBatch) -> SeenPicture {
        let features = folder.model.features(of: picture.tensor)
        return SeenPicture(
            features: features, vectors: folder.model.imageVectors(of: folder.model.queryTokens(of: features)))
    }

    /// Reads a text.
    /// - Throws: where it is longer than the bridge reads.
    public func read(_ text: String) throws(LorgnetteError) -> ReadText {
        let read: BridgeText
        do { read = try folder.tokenizer.text(text) } catch { throw LorgnetteError(error) }
        return ReadText(text: read, vector: folder.model.textVectors(of: read))
    }

    /// How well `picture` and `text` go together; neither depends on what else was looked at or read.
    public func match(_ picture: SeenPicture, _ text: ReadText) -> ImageTextMatch {
        let logits = folder.model.matchLogits(of: picture.features, with: text.text)  // [1, 2]
        return ImageTextMatch(
            probability: logits.softmax().array[1],
            similarity: MatchingModel.similarity(images: picture.vectors, texts: text.vector).array[0])
    }
}

extension ImageTextMatcher: PicturePreparing {
    package var processor: ImageProcessor { folder.processor }
    package var patchSize: Int { folder.configuration.vision.patch }
}
