import ArgumentParser
import Checkpoints
import Foundation
import JSONText
import ModelTraining
import TensorEngine
import VisionLanguage

/// Whole training steps on random pictures and texts: loss through the frozen decoder, gradients, clipping, AdamW.
struct FinetuneSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    func run() throws -> [Measurement] {
        let (name, model, imageSize) = try model()
        guard let part = TrainingPlan.Part(rawValue: command.train) else {
            throw ValidationError("--train must be projection, qformer or vision")
        }
        let plan = TrainingPlan(part)
        guard let precision = ProductPrecision(rawValue: command.precision) else {
            throw ValidationError("--precision must be f32 or bf16")
        }
        guard precision.isSupported else {
            throw ValidationError("this processor does not multiply bf16: --precision f32")
        }
        for parameter in model.parameters { parameter.setProductPrecision(precision) }
        let trained = plan.apply(to: model)
        let batch = try batch(for: model, imageSize: imageSize)
        var optimiser = Optimiser(OptimiserSettings(rule: .adamw))
        var steps: [StepTimes] = []
        var losses: [Double] = []
        for run in 0..<command.runs + 2 {  // the first two fill caches
            let (times, loss) = Self.step(model, trained, batch, &optimiser)
            if run >= 2 { steps.append(times) }
            losses.append(loss)
        }
        let share = { (part: (StepTimes) -> Double) in JSONValue.double(Self.median(steps.map(part))) }
        return [
            Measurement(
                suite: "finetune", shape: name, dtype: command.dtype, unit: "images/s",
                figures: steps.map { Double(command.batch) / $0.whole },
                notes: [
                    ("train", .string(part.rawValue)), ("precision", .string(precision.rawValue)),
                    ("batch", .integer(command.batch)),
                    ("text_tokens", .integer(command.textTokens)),
                    ("labelled_tokens", .integer(command.labelledTokens ?? command.textTokens)),
                    ("step_s", share(\.whole)), ("vision_forward_s", share(\.vision)), ("forward_s", share(\.forward)),
                    ("backward_s", share(\.backward)), ("optimiser_s", share(\.optimiser)),
                    ("cpu_s", share(\.processor)),
                    ("trained", .integer(trained.reduce(0) { $0 + $1.tensor.count })),
                    ("first_loss", .double(losses[0])), ("last_loss", .double(losses[losses.count - 1])),
                ])
        ]
    }

    /// The folder's model, or one of a published shape with random weights.
    private func model() throws -> (name: String, model: VisionLanguageModel, imageSize: Int) {
        if let path = command.model {
            guard let weights = WeightType(rawValue: command.dtype) else {
                throw ValidationError("--dtype must be auto, f32, bf16, f16, q8_0 or q4_0")
            }
            let folder = try ModelFolder(path: path, weights: weights)
            return (URL(filePath: path).lastPathComponent, folder.model, folder.configuration.vision.imageSize)
        }
        let (name, shape) = try BenchShapes.named(
            command.shape, in: BenchShapes.models, default: "blip2-vit-b-opt-125m")
        let scope = ParameterScope(BenchParameters(dtype: try BenchShapes.dtype(command.dtype)))
        return (name, shape.makeModel(in: scope), shape.vision.imageSize)
    }

    /// Pictures of noise, each with a text of random ids after its image tokens.
    private func batch(for model: VisionLanguageModel, imageSize: Int) throws -> CaptioningBatch {
        guard let image = model.imageTokenID else {
            throw ValidationError("the model has no image token to stand for a picture among ids")
        }
        var generator = SeededGenerator(seed: 1)
        let pixels = Tensor.drawn([command.batch, 3, imageSize, imageSize], .normal(1), using: &generator)
        let unlabelled = model.queries + command.textTokens - (command.labelledTokens ?? command.textTokens)
        let ids = (0..<command.batch).map { _ in
            Array(repeating: image, count: model.queries)
                + (0..<command.textTokens).map { _ in
                    Int.random(in: 4..<model.decoder.vocabularySize - 2, using: &generator)
                }
        }
        return CaptioningBatch(
            pixels: pixels, ids: ids, lengths: ids.map(\.count),
            labels: ids.map { row in row.indices.map { $0 < unlabelled ? -100 : row[$0] } })
    }

    /// Seconds of the parts of a step.
    private struct StepTimes {
        var vision = 0.0
        var forward = 0.0
        var backward = 0.0
        var optimiser = 0.0
        /// Of all threads together.
        var processor = 0.0
        var whole: Double { vision + forward + backward + optimiser }
    }

    private static func step(
        _ model: VisionLanguageModel, _ trained: [Parameter], _ batch: CaptioningBatch, _ optimiser: inout Optimiser
    ) -> (StepTimes, loss: Double) {
        var times = StepTimes()
        let processor = processorSeconds()
        var features: ImageFeatures?
        times.vision = Measurement.seconds {
            switch batch.pictures {
            case .pixels(let pixels): features = model.features(of: pixels)
            case .features(let made): features = made
            }
        }
        var loss = Tensor(scalar: 0)
        times.forward = Measurement.seconds { if let made = features { loss = model.loss(batch, features: made) } }
        features = nil
        let value = Double(loss.scalar)
        var gradients = loss.detached.asLeaf.gradients()
        times.backward = Measurement.seconds { gradients = loss.gradients() }
        times.optimiser = Measurement.seconds {
            let sum = GradientSum(gradients, of: trained)
            optimiser.step(
                trained, gradients: sum, learningRate: 1e-4, gradientScale: Float(min(1, 1 / (sum.norm + 1e-6)))
            ) { ParameterGroup(decays: $0.takesDecay) }
        }
        times.processor = processorSeconds() - processor
        return (times, value)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return ((sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2 * 1e6).rounded() / 1e6
    }

    /// Seconds that this process's threads have computed.
    private static func processorSeconds() -> Double {
        var now = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    }
}
