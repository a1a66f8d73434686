import Checkpoints
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Every stage against transformers, float32 arithmetic on the weights as stored.
@Suite struct StageParityTests {
    /// Largest absolute difference allowed for logits, and for the stages before them relative to their size.
    static let tolerance: Float = 1e-4

    @Test func `there are cases`() { #expect(ParityCase.pictured.count >= 6 && ParityCase.languageModels.count >= 2) }

    @Test(arguments: ParityCase.pictured)
    func `image features, query tokens and projected embeddings`(parity: ParityCase) throws {
        let model = try parity.model()

        let features = model.features(of: try parity.tensor("batch_pixel_values"))
        let queries = model.queryTokens(of: features)
        let embeddings = model.embeddings(of: queries)

        for (name, stage) in [
            ("batch_image_embeds", features.tensor), ("batch_qformer_output", queries.tensor),
            ("batch_projected", embeddings.tensor),
        ] {
            let expected = try parity.tensor(name)
            let size = max(1, expected.array.map(abs).max() ?? 0)
            #expect(difference(stage, expected) <= Self.tolerance * size, "\(name)")
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `logits at every position, whole and weights as stored`(parity: ParityCase) throws {
        let ids = try parity.integers("input_ids")
        let expected = try parity.tensor("logits")
        for weights in [WeightHolding.f32, .stored] {
            let model = try parity.model(holding: weights.type)

            let images = model.imageEmbeddings(of: try parity.tensor("pixel_values"))
            let logits = model.logits(ids: ids, answers: try parity.answers(), images: images).logits

            #expect(difference(logits, expected) <= Self.tolerance, "weights \(weights)")
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `logits through the cache equal logits of the whole sequence`(parity: ParityCase) throws {
        let model = try parity.model()
        // An encoder–decoder has no whole sequence; ArchitectureParityTests read its answers token by token.
        guard !model.decoder.isEncoderDecoder else { return }
        let ids = try parity.integers("input_ids")[0]
        let images = model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        let whole = model.logits(ids: [ids], images: images).logits.element(0)
        let text = Array(ids.drop { $0 == model.imageTokenID })
        let start = ids.count - text.count

        let prefix = model.textModel.prefix(of: [images[0]])
        let together = model.textModel.logits(after: prefix, prompt: [text[0]], continuation: Array(text.dropFirst()))
        var (state, logits) = model.textModel.begin(after: prefix, prompt: [text[0]])
        var oneByOne = [logits]
        for token in text.dropFirst() {
            var states = [state]
            logits = model.textModel.advance(&states, by: [token]).element(0)
            state = states[0]
            oneByOne.append(logits)
        }

        for (index, row) in oneByOne.enumerated() {
            #expect(difference(row, whole.element(start + index)) <= Self.tolerance, "token \(index)")
            if index < text.count - 1 {
                #expect(difference(together.element(index), row) <= Self.tolerance, "token \(index)")
            }
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `larger pictures through interpolated positions`(parity: ParityCase) throws {
        guard parity.reference.entry(named: "interp_pixel_values") != nil else { return }
        let model = try parity.model()

        let features = model.features(of: try parity.tensor("interp_pixel_values"))
        let embeddings = model.embeddings(of: model.queryTokens(of: features))
        let logits = model.logits(ids: try parity.integers("input_ids"), images: embeddings).logits

        #expect(difference(features.tensor, try parity.tensor("interp_image_embeds")) <= Self.tolerance * 4)
        #expect(difference(logits, try parity.tensor("interp_logits")) <= Self.tolerance)
    }
}

/// How a parity test holds the weights.
enum WeightHolding: CaseIterable {
    case f32, stored

    var type: WeightType { self == .f32 ? .f32 : .auto }
}
