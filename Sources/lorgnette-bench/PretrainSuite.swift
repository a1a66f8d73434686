import ArgumentParser
import Checkpoints
import Foundation
import JSONText
import ModelTraining
import TensorEngine
import VisionLanguage

/// Whole pretraining steps of an OLMoE decoder: cross-entropy of every token, the routers' balance loss, gradients, clipping,
/// AdamW. With a folder of `Tests/Peers/pretrain_step.py` the weights and rows are the peer's, and so should the losses be.
struct PretrainSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    /// Tokens of a row of the default shape.
    private static let length = 128
    /// What transformers multiplies the balance loss by, as the peer's script says.
    private static let balance: Float = 0.01

    func run() throws -> [Measurement] {
        guard let precision = ProductPrecision(rawValue: command.precision) else {
            throw ValidationError("--precision must be f32 or bf16")
        }
        guard precision.isSupported else {
            throw ValidationError("this processor does not multiply bf16: --precision f32")
        }
        var comparison = try command.beside.map { try LossComparison(besideFileAt: $0) }
        let (name, model, parameters) = try model()
        for parameter in parameters {
            // The router chooses by small differences.
            let isMatrix = parameter.tensor.shape.count == 2 && !parameter.name.hasSuffix("mlp.gate.weight")
            if isMatrix { parameter.setProductPrecision(precision) }
            parameter.setTrainable(true)
        }
        let batches = try batches(vocabulary: model.vocabularySize)
        var settings = OptimiserSettings()
        (settings.beta1, settings.beta2, settings.decay) = (0.9, 0.95, 0.05)
        let schedule = LearningRateSchedule(learningRate: 1.5e-3, warmupSteps: 0, finalShare: 1, steps: 1)
        var state = TrainingState(
            parameters, settings: OptimisationSettings(optimiser: settings, schedule: schedule, clip: 1)
        ) { _ in ParameterGroup() }
        var losses: [Double] = [], seconds: [Double] = []
        for run in 0..<command.runs + 2 {  // the first two fill caches
            let ids = batches[run % batches.count]
            seconds.append(
                try Measurement.seconds {
                    let (loss, objective) = Self.loss(model, ids, choices: 2)
                    losses.append(loss)
                    let gradients = GradientSum(objective.gradients(), of: parameters)
                    _ = try state.advance(by: gradients, loss: loss, rows: [])
                })
        }
        let tokens = Double(batches[0].count * batches[0][0].count)
        comparison?.ours.losses = losses
        try comparison?.svg(title: "Pretraining \(name), the same weights and rows")
            .write(toFile: command.plot, atomically: true, encoding: .utf8)
        return [
            Measurement(
                suite: "pretrain", shape: name, dtype: "f32", unit: "tokens/s",
                figures: seconds.dropFirst(2).map { tokens / $0 },
                notes: [
                    ("precision", .string(precision.rawValue)), ("batch", .integer(batches[0].count)),
                    ("length", .integer(batches[0][0].count)),
                    ("parameters", .integer(parameters.reduce(0) { $0 + $1.tensor.count })),
                    ("losses", .array(losses.map { .double(($0 * 1e5).rounded() / 1e5) })),
                ]
                    + (comparison.map { [("greatest_difference", .double($0.greatestDifference))] } ?? []))
        ]
    }

    /// The folder's model, or one of the peer's shape with random weights.
    private func model() throws -> (name: String, model: LanguageModel, parameters: [Parameter]) {
        if let path = command.model {
            let folder = try LanguageModelFolder(path: path)
            return (URL(filePath: path).lastPathComponent, folder.model, folder.parameters)
        }
        var shape = OLMoEConfiguration()
        (shape.vocabularySize, shape.width, shape.hidden, shape.layers) = (4_096, 192, 256, 6)
        (shape.heads, shape.keyValueHeads, shape.experts, shape.expertsPerToken) = (6, 6, 8, 2)
        let scope = ParameterScope(RandomParameters(seed: 0))
        return ("olmoe-tiny", .decoder(OLMoEDecoder(shape, in: scope)), scope.parameters)
    }

    /// Rows of ids: those of the folder's `batches.safetensors` (`ids`, `[steps, rows, length]`), else random ones.
    private func batches(vocabulary: Int) throws -> [[[Int]]] {
        if let path = command.model, FileManager.default.fileExists(atPath: path + "/batches.safetensors") {
            let ids = try SafetensorsFile(path: path + "/batches.safetensors").tensor(named: "ids")
            guard ids.shape.count == 3, !ids.shape.contains(0) else {
                throw ValidationError("batches.safetensors: ids must be [steps, rows, length]")
            }
            let values = ids.array.map { Int($0) }
            guard values.allSatisfy({ (0..<vocabulary).contains($0) }) else {
                throw ValidationError("batches.safetensors: an id is beyond the vocabulary of \(vocabulary)")
            }
            return (0..<ids.shape[0]).map { step in
                (0..<ids.shape[1]).map { row in
                    let start = (step * ids.shape[1] + row) * ids.shape[2]
                    return Array(values[start..<start + ids.shape[2]])
                }
            }
        }
        var generator = SeededGenerator(seed: 1)
        let rows = command.batch > 1 ? command.batch : 16
        return (0..<4).map { _ in
            (0..<rows).map { _ in (0..<Self.length).map { _ in generator.integer(below: vocabulary) } }
        }
    }

    /// The cross-entropy, and the objective: with transformers' balance loss, `E·Σᵢ fᵢ·P̄ᵢ` over the tokens of all layers
    /// together, f counting every choice.
    private static func loss(_ model: LanguageModel, _ ids: [[Int]], choices: Int) -> (loss: Double, objective: Tensor)
    {
        let embeddings = model.embeddings(of: ids.flatMap(\.self))
            .reshaped([ids.count, ids[0].count, model.embeddingWidth])
        let (logits, routing) = model.logits(embeddings, recordsRouting: true)
        let loss = logits.crossEntropy(labels: ids.flatMap { Array($0.dropFirst()) + [-100] })
        guard !routing.isEmpty else { return (Double(loss.scalar), loss) }
        let probabilities = Tensor.concatenated(routing).softmax()  // [layers·tokens, experts]
        let experts = probabilities.shape[1]
        let values = probabilities.array
        var counts = [Float](repeating: 0, count: experts)
        for row in 0..<probabilities.shape[0] {
            let scores = values[row * experts..<(row + 1) * experts]
            for expert in scores.indices.sorted(by: { scores[$0] > scores[$1] }).prefix(choices) {
                counts[expert - row * experts] += 1
            }
        }
        let shares = Tensor(counts.map { $0 / Float(probabilities.shape[0]) }, [experts])
        let balance = (probabilities.mean(axis: 0) * shares).sum().scaled(by: Float(experts))
        return (Double(loss.scalar), loss + balance.scaled(by: Self.balance))
    }
}
