import Checkpoints
import Foundation
import JSONText
import ModelTraining
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// A finetune of the bridge through the frozen decoder, against PyTorch: losses, every gradient, the weights after AdamW.
@Suite struct BridgeGradientTests {
    /// Relative to the tensor's greatest element.
    static let tolerance: Float = 1e-3

    @Test func `there are cases`() { #expect(ParityCase.training.count >= 2) }

    @Test(arguments: ParityCase.training)
    func `gradients, updated weights and losses equal PyTorch's`(parity: ParityCase) throws {
        let model = try parity.model(holding: .auto)
        let trained = TrainingPlan(.qformer).apply(to: model)
        let mask = try parity.integers("train_attention_mask")
        let labels = try parity.integers("train_labels")
        // An encoder–decoder reads its labels, shifted by the start token.
        let answers = model.decoder.startID.map { start in
            labels.map { [start] + $0.dropLast().map { max(0, $0) } }
        }
        let batch = CaptioningBatch(
            pixels: try parity.tensor("train_pixel_values"), ids: try parity.integers("train_input_ids"),
            lengths: mask.map { $0.reduce(0, +) }, answers: answers ?? [], labels: labels)
        let facts = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: parity.file("reference.json")))))
        let losses = try #require(facts["train_losses"]?.array).compactMap(\.double)
        var settings = OptimiserSettings(rule: .adamw)
        settings.decay = 0.05
        var optimiser = Optimiser(settings)
        var found: [Double] = []

        for step in 0..<losses.count - 1 {
            let loss = model.loss(batch)
            found.append(Double(loss.scalar))
            let gradients = loss.gradients()
            if step == 0 {
                for parameter in trained {
                    let expected = try parity.tensor("train_grad.\(parameter.name)")
                    let gradient = try #require(gradients[parameter], "\(parameter.name) has no gradient")
                    let size = max(1e-3, expected.array.map(abs).max() ?? 0)
                    #expect(difference(gradient, expected) <= Self.tolerance * size, "gradient of \(parameter.name)")
                }
                #expect(model.parameters.allSatisfy { trained.contains($0) || gradients[$0] == nil })
            }
            // PyTorch's run decays every parameter alike.
            optimiser.step(trained, gradients: GradientSum(gradients, of: trained), learningRate: 1e-2) { _ in
                ParameterGroup()
            }
        }
        found.append(Double(model.loss(batch).scalar))

        for (ours, theirs) in zip(found, losses) { #expect(abs(ours - theirs) <= 1e-4 * abs(theirs)) }
        for parameter in trained {
            let expected = try parity.tensor("train_after.\(parameter.name)")
            let first = try parity.tensor("train_grad.\(parameter.name)").array
            // A bias of keys changes no softmax: its gradient is zero but for rounding, and AdamW makes a step of the
            // learning rate of the sign of that. Everything with a gradient of its own must end where PyTorch's does.
            let pairs = zip(zip(parameter.tensor.array, expected.array), first).filter { abs($1) > 1e-5 }
            let off = pairs.filter { abs($0.0.0 - $0.0.1) > 2e-4 }.count
            #expect(off == 0, "\(parameter.name): \(off) of \(pairs.count) differ")
            #expect(pairs.count > 0 || parameter.name.hasSuffix("key.bias"), "\(parameter.name): no gradient at all")
        }
    }
}

extension [Parameter] {
    fileprivate func contains(_ parameter: Parameter) -> Bool { contains { $0 === parameter } }
}
