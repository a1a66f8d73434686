import Checkpoints
import ImageFiles
import Imaging
import TensorEngine
import VisionLanguage

/// Compares vision encoders alone, and models that compare pictures with texts, with what transformers computed.
struct EncoderVerification {
    typealias Check = StageVerification.Check
    let reference: ReferenceFile

    /// Pixels, and features of pictures of the trained size and of another.
    func checks(of folder: VisionFolder) throws -> [Check] {
        try pixels(VisionPreparer(processor: folder.processor))
            + [("pixel_values", "last_hidden_state"), ("interp_pixel_values", "interp_last_hidden_state")]
            .compactMap { pixels, features in
                guard let input = try reference.tensor(pixels), let stored = try reference.tensor(features) else {
                    return nil
                }
                guard let made = encoded(input, folder) else { return Check("features", pixels, difference: nil) }
                return .of("features", features, made, try normed(stored, folder))
            }
    }

    /// Pixels, features, queries, texts' ids and vectors, similarities and the probabilities of a match.
    func checks(of folder: MatchingFolder) throws -> [Check] {
        let model = folder.model
        var checks = try pixels(VisionPreparer(processor: folder.processor))
        guard let input = try reference.tensor("pixel_values"),
            isReadable(input, patch: folder.configuration.vision.patch)
        else { return checks }
        let features = model.features(of: input)
        let queries = model.queryTokens(of: features)
        let images = model.imageVectors(of: queries)
        let made: [(String, String, Tensor)] = [
            ("features", "batch_image_embeds", features.tensor), ("queries", "qformer_output", queries.tensor),
            ("vectors", "image_embeds", images),
        ]
        for (stage, name, tensor) in made {
            if let expected = try reference.tensor(name) { checks.append(.of(stage, name, tensor, expected)) }
        }
        var texts: [BridgeText] = []
        for (index, text) in reference.texts("texts").enumerated() {
            let read = try folder.tokenizer.text(text)
            texts.append(read)
            if let ids = try reference.rows("input_ids_\(index)") {
                checks.append(.equal("tokenizer", "input_ids_\(index)", read.ids, ids))
            }
        }
        guard !texts.isEmpty else { return checks }
        let vectors = Tensor.concatenated(texts.map { model.textVectors(of: $0) })
        let probabilities = (0..<input.shape[0]).map { picture in
            let seen = ImageFeatures(features.tensor.slice(picture..<picture + 1))
            return Tensor(
                texts.map { model.matchLogits(of: seen, with: $0).softmax().array[1] }, [1, texts.count])
        }
        let compared: [(String, String, Tensor)] = [
            ("vectors", "text_embeds", vectors),
            ("itc", "itc_similarity", MatchingModel.similarity(images: images, texts: vectors)),
            ("itm", "itm_probability", .concatenated(probabilities)),
        ]
        for (stage, name, tensor) in compared {
            if let expected = try reference.tensor(name) { checks.append(.of(stage, name, tensor, expected)) }
        }
        return checks
    }

    private struct VisionPreparer: PicturePreparing { let processor: ImageProcessor }

    private func pixels(_ preparer: VisionPreparer) throws -> [Check] {
        let pictures = reference.pictures
        guard let expected = try reference.tensor("pixel_values"), !pictures.isEmpty,
            pictures.count == expected.shape.first
        else { return [] }
        let made = try pictures.map { try preparer.pixels(of: .file(path: $0), options: .init()).tensor }
        guard made.allSatisfy({ $0.shape == made[0].shape }) else {
            return [Check("pixels", "pixel_values", difference: nil)]
        }
        return [.of("pixels", "pixel_values", .concatenated(made), expected, tolerance: 1e-5)]
    }

    private func encoded(_ pixels: Tensor, _ folder: VisionFolder) -> Tensor? {
        isReadable(pixels, patch: folder.kind.patch) ? folder.encoder(pixels) : nil
    }

    private func isReadable(_ pixels: Tensor, patch: Int) -> Bool {
        pixels.shape.count == 4 && pixels.shape[0] > 0 && pixels.shape[1] == 3 && pixels.shape[2] >= patch
            && pixels.shape[3] >= patch
    }

    /// Features after the final norm: transformers gives CLIP's before it.
    private func normed(_ features: Tensor, _ folder: VisionFolder) throws -> Tensor {
        guard folder.kind.modelType == "clip_vision_model" else { return features }
        let source = CheckpointParameters(try CheckpointFolder(path: folder.path), rules: folder.kind.rulesAlone)
        let width = folder.kind.width
        func norm(_ name: String) -> Tensor? {
            source.value(at: "post_layernorm.\(name)", shape: [width], initialiser: .ones)?.converted32()
        }
        guard let gain = norm("weight"), let bias = norm("bias"), features.shape.last == width else { return features }
        return features.layerNormalized(
            gain: gain, bias: bias, epsilon: Float(folder.kind.configuration.sizes.epsilon))
    }
}
