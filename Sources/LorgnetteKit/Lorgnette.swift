import Checkpoints
import Foundation
import ImageFiles
import Imaging
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// A vision–language model, ready to look at pictures.
///
///     let lorgnette = try Lorgnette(folder: URL(filePath: "fixtures/tiny-blip2-olmoe"))
///     let picture = try lorgnette.look(at: .file(path: "fixtures/pictures/coin.jpg"))
///     print(try picture.caption().text)
///     print(try picture.ask("What is it?").text)
///
/// Weights stay in their files and are read when used. A value of this type may be used from several threads.
public struct Lorgnette: Sendable {
    package let folder: ModelFolder
    /// How text is generated where a call does not say: the folder's own settings, or greedy, 30 tokens.
    public let defaults: GenerationOptions

    /// The model in a folder of Hugging Face's layout.
    ///
    /// - Parameters:
    ///   - folder: `config.json`, `model.safetensors` (or shards), `tokenizer.json`, `preprocessor_config.json`.
    ///   - bridge: a finetuned bridge to lay over the model's own, as `lorgnette finetune` leaves it in `DIR/bridge`.
    ///   - weights: how matrices are held in memory; `auto` leaves them in the file as they are.
    /// - Throws: `LorgnetteError` with what is missing or damaged.
    public init(folder: URL, bridge: URL? = nil, weights: WeightType = .auto) throws(LorgnetteError) {
        do {
            self.folder = try ModelFolder(
                path: folder.path(percentEncoded: false).droppingFinalSlash,
                bridge: bridge?.path(percentEncoded: false).droppingFinalSlash, weights: weights)
        } catch { throw LorgnetteError(error) }
        do {
            defaults = try GenerationOptions(folder: self.folder.path, endTokens: self.folder.configuration.endIDs)
        } catch { throw LorgnetteError(ModelFolderError.config(error)) }
    }

    /// Looks at a picture: from here captions and answers cost text alone.
    public func look(at image: ImageSource, options: ImageDecodingOptions = .init()) throws(LorgnetteError)
        -> SeenPictures
    {
        look(at: [try prepare(image, options: options)])
    }

    /// Looks at prepared pictures, which then stand in one prompt, in this order.
    public func look(at pictures: [PixelBatch]) -> SeenPictures {
        let features = pictures.map { folder.model.features(of: $0.tensor) }
        return SeenPictures(lorgnette: self, features: features)
    }

    /// What stands before a caption where the caller says nothing; nil for nothing.
    public var captionPrompt: String? { folder.prompts.caption }

    /// Answers whose `confidence` is below this are better not trusted: what the model's calibration says; nil where the model
    /// carries none.
    public var unsureBelow: Double? { folder.confidence?.calibration.unsureBelow }

    /// The number of threads that arithmetic runs on; results do not depend on it. Set it before the first call.
    public static func setThreads(_ count: Int) { WorkerPool.setThreads(count) }
}

extension Lorgnette: PicturePreparing {
    package var processor: ImageProcessor { folder.processor }
    package var patchSize: Int { folder.configuration.vision.patch }

    /// Decodes a picture and makes the pixels of it that the model wants. Needs no model arithmetic: do it beside other work.
    public func prepare(_ image: ImageSource, options: ImageDecodingOptions = .init()) throws(LorgnetteError)
        -> PixelBatch
    {
        try pixels(of: image, options: options)
    }
}

extension String {
    /// Without the slash that a folder's URL ends with.
    var droppingFinalSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
