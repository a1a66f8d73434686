import Checkpoints
import Foundation
import Imaging
import InterleavedData
import TensorEngine
import VisionLanguage

/// The image features of a run whose vision encoder is frozen: found in a cache where there is one, else computed, and kept.
///
/// A picture's features have the same bits alone and beside others, so a run with a cache makes the losses of one without.
struct FrozenFeatures: Sendable {
    private let model: VisionLanguageModel
    /// nil without a cache.
    let lookup: FeatureLookup?
    /// Pictures that are encoded at a time.
    private let batch: Int

    init(_ model: VisionLanguageModel, lookup: FeatureLookup?, batch: Int) {
        self.model = model
        self.lookup = lookup
        self.batch = batch
    }

    /// The features of a step's pictures, `[batch, tokens, width]`.
    func features(of step: LoadedStep) throws(TrainingError) -> ImageFeatures {
        let missing = step.examples.filter { $0.features?.tensor == nil }
        var made: [Tensor] = []
        if !missing.isEmpty {
            do { made = [computed(try step.pixels(of: missing).tensor)] } catch { throw .loading(error) }
        }
        if missing.count == step.examples.count, let all = made.first {
            try keep(all, of: missing)
            return ImageFeatures(all)
        }
        if let new = made.first { try keep(new, of: missing) }
        var next = 0
        let parts = step.examples.compactMap { example -> Tensor? in
            if let found = example.features?.tensor { return found }
            defer { next += 1 }
            return made.first?.slice(next..<next + 1)
        }
        // Kept features have the shape of those in hand: both were made by the same encoder of pictures of one size.
        guard parts.allSatisfy({ $0.shape == parts[0].shape }) else { throw .loading(.sizesDiffer(step: step.step)) }
        return ImageFeatures(.concatenated(parts))
    }

    /// The features of one picture as inference sees it, `[1, tokens, width]`, from the cache.
    ///
    /// - Parameter pixels: made only where the features are not there yet.
    func features(
        of picture: PictureLocation, pixels: () throws(PictureError) -> Tensor
    ) throws(PictureError) -> (features: Tensor, key: FeatureKey?) {
        let found = try lookup?.features(of: picture)
        if let tensor = found?.tensor { return (tensor, nil) }
        return (computed(try pixels()), found?.key)
    }

    /// Keeps what was computed under its key.
    func keep(_ features: Tensor, for key: FeatureKey) throws(TrainingError) {
        do { try lookup?.store.store(features, for: key) } catch { throw .featureCache(error) }
    }

    private func keep(_ features: Tensor, of examples: [LoadedExample]) throws(TrainingError) {
        for (index, example) in examples.enumerated() {
            if let key = example.features?.key { try keep(features.slice(index..<index + 1), for: key) }
        }
    }

    /// - Parameter pixels: `[batch, 3, height, width]`
    private func computed(_ pixels: Tensor) -> Tensor {
        let parts = stride(from: 0, to: pixels.shape[0], by: batch).map { start in
            model.independentFeatures(of: pixels.slice(start..<min(pixels.shape[0], start + batch))).tensor
        }
        return parts.count == 1 ? parts[0] : .concatenated(parts)
    }
}

extension VisionLanguageModel {
    /// The features of pictures, each with the bits that it has alone.
    ///
    /// - Parameter pixels: `[batch, 3, height, width]`
    package func independentFeatures(of pixels: Tensor) -> ImageFeatures {
        guard pixels.shape[0] > 1 else { return features(of: pixels) }
        if Arithmetic.keepsRows {
            let made = features(of: pixels)
            // Products of few rows, those of a single small picture, add in another order than those of many.
            if made.tensor.shape[1] > Tensor.decodeRows { return made }
        }
        return ImageFeatures(
            .concatenated((0..<pixels.shape[0]).map { features(of: pixels.slice($0..<$0 + 1)).tensor }))
    }
}
