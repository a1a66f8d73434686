import Checkpoints
import Foundation
import ImageFiles
import Imaging
import TensorEngine
import TextGeneration
import VisionLanguage

/// Compares every stage of a model with stored reference tensors, in the order of the data's way.
///
/// Reads what `make_hf_reference.py` writes (transformers' tensors), and what `record` writes (our own, with the SHA-256
/// of every weight, so that one changed bit is named).
package struct StageVerification: Sendable {
    /// One comparison.
    package struct Check: Sendable {
        /// The stage: weights, pixels, features, queries, embeddings, logits, greedy.
        package let stage: String
        /// The reference tensor, or the weight.
        package let tensor: String
        /// Greatest absolute difference; nil where shapes or ids differ, or a hash.
        package let difference: Float?
        /// What was allowed.
        package let tolerance: Float
        /// Whether it differs where the reference's two best choices lie so near that either is right.
        package let isNearTie: Bool
        /// Whether it holds.
        package let isGood: Bool

        init(_ stage: String, _ tensor: String, difference: Float?, tolerance: Float = 0, isNearTie: Bool = false) {
            self.stage = stage
            self.tensor = tensor
            self.difference = difference
            self.tolerance = tolerance
            self.isNearTie = isNearTie
            isGood = difference.map { $0 <= tolerance } ?? isNearTie
        }
    }

    static let hashPrefix = "sha256 "
    private let lorgnette: Lorgnette
    private let reference: ReferenceFile

    /// A verification of `lorgnette` against a reference.
    init(_ lorgnette: Lorgnette, reference: ReferenceFile) {
        self.lorgnette = lorgnette
        self.reference = reference
    }

    /// The comparisons of each stage, in the order of the data's way.
    var steps: [() throws -> [Check]] { [weights, pixels, features, queries, embeddings, logits, greedy] }

    // MARK: - Stages

    /// Weights whose hashes the reference has, by their names in the model's files.
    private func weights() throws -> [Check] {
        guard isRecorded else { return [] }
        let folder = try CheckpointFolder(path: lorgnette.folder.path)
        return folder.files.flatMap { file in
            file.entries.compactMap { entry -> Check? in
                guard let expected = reference.tensors.metadata[Self.hashPrefix + entry.name] else { return nil }
                let isEqual = ContentHash(of: entry, in: file).description == expected
                return Check("weights", entry.name, difference: isEqual ? 0 : nil)
            }
        }
    }

    /// The pictures `image_0.png`, … beside a reference of transformers'; what `record` saw does not lie there.
    private func pixels() throws -> [Check] {
        guard !isRecorded else { return [] }
        let pictures = reference.pictures
        guard !pictures.isEmpty, let expected = try reference.tensor("batch_pixel_values"),
            pictures.count == expected.shape.first
        else { return [] }
        let made = try pictures.map { try lorgnette.prepare(.file(path: $0)).tensor }
        guard made.allSatisfy({ $0.shape == made[0].shape }) else {
            return [Check("pixels", "batch_pixel_values", difference: nil)]
        }
        return [Check.of("pixels", "batch_pixel_values", .concatenated(made), expected, tolerance: 1e-5)]
    }

    private func features() throws -> [Check] {
        guard let pixels = try reference.tensor("batch_pixel_values"),
            let expected = try reference.tensor("batch_image_embeds")
        else {
            return []
        }
        let patch = lorgnette.folder.configuration.vision.patch
        guard Self.fits(pixels, [nil, 3, nil, nil]), pixels.shape[2] >= patch, pixels.shape[3] >= patch else {
            return [Check("features", "batch_pixel_values", difference: nil)]
        }
        return [
            Check.of("features", "batch_image_embeds", lorgnette.folder.model.features(of: pixels).tensor, expected)
        ]
    }

    private func queries() throws -> [Check] {
        guard let features = try reference.tensor("batch_image_embeds"),
            let expected = try reference.tensor("batch_qformer_output")
        else {
            return []
        }
        guard Self.fits(features, [nil, nil, lorgnette.folder.configuration.vision.width]) else {
            return [Check("queries", "batch_image_embeds", difference: nil)]
        }
        guard let instruction = try instruction(pictures: features.shape[0]) else {
            return [Check("queries", "batch_qformer_input_ids", difference: nil)]
        }
        let made = lorgnette.folder.model.queryTokens(of: ImageFeatures(features), instruction: instruction.text).tensor
        return [Check.of("queries", "batch_qformer_output", made, expected)]
    }

    /// What the bridge reads beside the reference's pictures; nil where it is none that this bridge can read.
    private func instruction(pictures: Int) throws -> (text: BridgeText?, Void)? {
        let sizes = lorgnette.folder.configuration.queryTransformer
        guard lorgnette.folder.configuration.readsInstructions, let ids = try reference.rows("batch_qformer_input_ids")
        else {
            return (nil, ())
        }
        let visible = try reference.rows("batch_qformer_attention_mask") ?? ids.map { $0.map { _ in 1 } }
        guard ids.count == pictures, visible.map(\.count) == ids.map(\.count) else { return nil }
        let texts = zip(ids, visible).map { row, mask in zip(row, mask).filter { $1 == 1 }.map(\.0) }
        let areReadable = texts.allSatisfy { text in
            !text.isEmpty && text.count <= sizes.contextLength
                && text.allSatisfy { (0..<sizes.vocabularySize).contains($0) }
        }
        return areReadable ? (BridgeText(texts), ()) : nil
    }

    private func embeddings() throws -> [Check] {
        guard let queries = try reference.tensor("batch_qformer_output"),
            let expected = try reference.tensor("batch_projected")
        else {
            return []
        }
        guard Self.fits(queries, [nil, nil, lorgnette.folder.model.bridge.queryWidth]) else {
            return [Check("embeddings", "batch_qformer_output", difference: nil)]
        }
        let made = lorgnette.folder.model.embeddings(of: QueryTokens(queries)).tensor
        return [Check.of("embeddings", "batch_projected", made, expected)]
    }

    private func logits() throws -> [Check] {
        guard let projected = try reference.tensor("projected"), let ids = try reference.rows("input_ids"),
            let expected = try reference.tensor("logits")
        else {
            return []
        }
        let answers = try reference.rows("decoder_input_ids") ?? []
        guard reads(projected, ids), reads(answers: answers, count: ids.count) else {
            return [Check("logits", "input_ids", difference: nil)]
        }
        let images = ImageEmbeddings(projected)
        let made = lorgnette.folder.model.logits(ids: ids, answers: answers, images: images).logits
        return [Check.of("logits", "logits", made, expected)]
    }

    private func greedy() throws -> [Check] {
        let model = lorgnette.folder.model
        guard let projected = try reference.tensor("projected"), let ids = try reference.rows("input_ids")?.first,
            let expected = try reference.rows("generated_ids")?.first
        else { return [] }
        // What was written stands after what was read, or after an encoder–decoder's start token.
        let start = model.textModel.penalised(context: [], prompt: ids)
        guard expected.starts(with: start) else { return [] }
        guard reads(projected, [ids]), (lorgnette.folder.room(after: expected.count) ?? 0) >= 0 else {
            return [Check("greedy", "generated_ids", difference: nil)]
        }
        var options = lorgnette.defaults
        options.maxTokens = expected.count - start.count
        let prompt = ids.filter { $0 != model.imageTokenID }
        var generator = SeededGenerator(seed: 0)
        let made = TextGenerator(model: model.textModel, options: options).generate(
            after: model.textModel.prefix(of: [projected.element(0)]), prompt: prompt,
            context: ids.filter { $0 == model.imageTokenID }, using: &generator)[0].ids
        return [Check("greedy", "generated_ids", difference: made == Array(expected.dropFirst(start.count)) ? 0 : nil)]
    }

    // MARK: - Reference tensors

    /// Whether `record` wrote the reference.
    private var isRecorded: Bool { reference.tensors.metadata.keys.contains { $0.hasPrefix(Self.hashPrefix) } }

    /// Whether `tensor` has these axes, none of them empty; nil is any length.
    private static func fits(_ tensor: Tensor, _ shape: [Int?]) -> Bool {
        tensor.shape.count == shape.count
            && zip(tensor.shape, shape).allSatisfy { length, wanted in length > 0 && length == wanted ?? length }
    }

    /// Whether an encoder–decoder's decoder can read these answers; a decoder alone reads none.
    private func reads(answers: [[Int]], count: Int) -> Bool {
        let decoder = lorgnette.folder.model.decoder
        guard decoder.isEncoderDecoder else { return true }
        return answers.count == count && answers.allSatisfy { $0.allSatisfy((0..<decoder.vocabularySize).contains) }
    }

    /// Whether the decoder can read these sequences with these pictures in them.
    private func reads(_ projected: Tensor, _ ids: [[Int]]) -> Bool {
        let model = lorgnette.folder.model
        return Self.fits(projected, [ids.count, model.queries, model.decoder.embeddingWidth])
            && (lorgnette.folder.room(after: ids[0].count) ?? 0) >= 0
            && ids.allSatisfy { row in
                row.filter { $0 == model.imageTokenID }.count == model.queries
                    && row.allSatisfy { $0 == model.imageTokenID || (0..<model.decoder.vocabularySize).contains($0) }
            }
    }
}
