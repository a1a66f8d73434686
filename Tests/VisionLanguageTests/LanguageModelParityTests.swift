import Checkpoints
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Language models alone against transformers: every layer, the router's logits and choices, the logits.
@Suite struct LanguageModelParityTests {
    @Test(arguments: ParityCase.languageModels)
    func `hidden states before each layer, router logits and choices, logits`(parity: ParityCase) throws {
        guard case .decoder(let decoder) = try parity.languageModel() else { return }
        let ids = try parity.integers("input_ids")[0]
        var pass = DecoderPass.whole(batch: 1, sequence: ids.count)
        pass.hiddenStates = []
        pass.routerLogits = []

        let embeddings = decoder.embeddings(of: ids)
        let hidden = decoder.hiddenStates(embeddings.reshaped([1, ids.count, embeddings.shape[1]]), pass: &pass)
        let logits = decoder.logits(hidden)

        for (layer, state) in (pass.hiddenStates ?? []).enumerated() {
            #expect(difference(state, try parity.tensor("hidden_\(layer)")) <= 1e-4, "before layer \(layer)")
        }
        for (layer, found) in (pass.routerLogits ?? []).enumerated() {
            let expected = try parity.tensor("router_logits_\(layer)")
            #expect(difference(found, expected) <= 1e-4, "router of layer \(layer)")
            #expect(
                SoftmaxRouter.greatest(2, of: found) == SoftmaxRouter.greatest(2, of: expected),
                "choices of layer \(layer)")
        }
        #expect(difference(logits, try parity.tensor("logits")) <= 1e-4)
    }

    @Test func `the mixture-of-experts case has routers to compare`() throws {
        let parity = try #require(ParityCase.languageModels.first { $0.description.contains("olmoe") })

        #expect(parity.reference.entry(named: "router_logits_1") != nil)
    }
}
