import Checkpoints
import TensorEngine
import VisionLanguage

/// Proves of a finetuned bridge that it belongs to a base, and that the base's language model is what it was: the recorded
/// hashes are those of the base, and text-only logits are bit-identical with and without the bridge (but for adapters that
/// were made to act on texts too, of which that is told).
package struct BridgeVerification: Sendable {
    /// One thing that was looked at.
    package struct Check: Sendable {
        /// What.
        package let name: String
        /// The hash, or how much was compared.
        package let detail: String
        /// Whether it is as it must be.
        package let isGood: Bool
        /// Whether it differs and was made to.
        package var isMeant = false

        /// The finding in a word or two.
        package var verdict: String { isGood ? (isMeant ? "changed on purpose" : "equal") : "WRONG" }
    }

    /// Tokens of each text-only sequence, as far as the model takes so many.
    private static let tokens = 24
    private static let sequences = 4

    private let base: String
    private let bridge: String

    /// The verification of the bridge at `bridge` against the model folder at `base`.
    package init(base: String, bridge: String) {
        self.base = base
        self.bridge = bridge
    }

    /// Everything that was looked at; goes on after something that is wrong.
    /// - Throws: where base or bridge cannot be read at all.
    package func checks() throws(LorgnetteError) -> [Check] {
        let recorded: BridgeFolder
        let found: BaseFingerprint
        do { recorded = try BridgeFolder(path: bridge) } catch { throw LorgnetteError(error) }
        do { found = try BaseFingerprint(path: base, weights: CheckpointFolder(path: base)) } catch {
            throw LorgnetteError(ModelFolderError.checkpoint(error))
        }
        let wrong = recorded.base.differences(from: found)
        var checks = BaseFingerprint.Part.allCases.map { part in
            Check(name: part.rawValue, detail: found.hashes[part]?.description ?? "", isGood: !wrong.contains(part))
        }
        guard wrong.isEmpty else { return checks }
        let (plain, overlaid): (ModelFolder, ModelFolder)
        do {
            plain = try ModelFolder(path: base)
            overlaid = try ModelFolder(path: base, bridge: bridge)
        } catch { throw LorgnetteError(error) }
        checks.append(weights(plain, overlaid))
        checks.append(logits(plain, overlaid))
        return checks
    }

    /// The language model's weights, byte for byte.
    private func weights(_ plain: ModelFolder, _ overlaid: ModelFolder) -> Check {
        let mine = plain.model.parameters.filter { $0.name.hasPrefix("language_model.") }
        let others = Dictionary(uniqueKeysWithValues: overlaid.model.parameters.map { ($0.name, $0.tensor) })
        let equal = mine.allSatisfy { parameter in
            let tensor = parameter.tensor
            guard let other = others[parameter.name], other.shape == tensor.shape, other.dtype == tensor.dtype else {
                return false
            }
            return unsafe tensor.withBytes { left in
                unsafe other.withBytes { right in unsafe left.elementsEqual(right) }
            }
        }
        return Check(name: "decoder weights", detail: "\(mine.count) tensors", isGood: equal && !mine.isEmpty)
    }

    /// The logits of texts without a picture.
    private func logits(_ plain: ModelFolder, _ overlaid: ModelFolder) -> Check {
        let model = plain.model.decoder
        let length = min(Self.tokens, max(2, model.contextLength ?? Self.tokens))
        var generator = SeededGenerator(seed: 17)
        let ids = (0..<Self.sequences).map { _ in
            (0..<length).map { _ in generator.integer(below: model.vocabularySize) }
        }
        func logits(_ folder: ModelFolder) -> Tensor {
            let model = folder.model.decoder
            let embeddings = model.embeddings(of: ids.flatMap(\.self))
            let batch = embeddings.reshaped([ids.count, length, embeddings.shape[1]])
            return model.logits(batch, answers: ids).logits
        }
        let (mine, others) = (logits(plain), logits(overlaid))
        let texts = "\(Self.sequences) texts of \(length) tokens"
        if overlaid.configuration.design.changesTexts {
            // Such adapters are meant to change what the decoder makes of a text; its weights are the base's all the same.
            let change = zip(mine.array, others.array).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            return Check(
                name: "text-only logits",
                detail: "\(texts): the bridge's adapters act on texts too and change logits by up to \(change); "
                    + "that the decoder's weights are untouched is what is proved",
                isGood: change.isFinite, isMeant: true)
        }
        return Check(name: "text-only logits", detail: "\(texts), every bit", isGood: mine.bytes == others.bytes)
    }
}
