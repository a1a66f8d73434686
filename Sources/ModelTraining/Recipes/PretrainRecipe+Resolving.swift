import Checkpoints
import Foundation
import InterleavedData
import JSONText
import NeuralLayers
import TensorEngine
import VisionLanguage

extension PretrainRecipe {
    /// The recipe with paths that do not depend on where it is read from, and denoisers for every entry.
    package func located(in folder: String) -> PretrainRecipe {
        var recipe = self
        let root = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
        func absolute(_ path: String) -> String {
            path.isEmpty ? "" : URL(filePath: path, relativeTo: root).standardizedFileURL.path
        }
        recipe.tokenizer.path = absolute(tokenizer.path)
        for index in recipe.text.indices {
            recipe.text[index].files = recipe.text[index].files.map(absolute)
            if recipe.text[index].denoisers.isEmpty {
                recipe.text[index].denoisers = text[index].layout == .pairs ? ["prompts": 1] : ["ul2": 1]
            }
        }
        if recipe.precision == .auto { recipe.precision = ProductPrecision.bf16.isSupported ? .bf16 : .f32 }
        return recipe
    }

    /// The recipe with every number that hangs on the text.
    ///
    /// - Parameters:
    ///   - bytes: of all files.
    package func resolved(bytes: Int) -> PretrainRecipe {
        var recipe = self
        if recipe.tokenizer.path.isEmpty, recipe.tokenizer.sentinels == 0 {
            recipe.tokenizer.sentinels =
                text.flatMap(\.mixture.denoisers)
                .map { $0.sentinels(rowLength: length) }.max() ?? 0
        }
        if recipe.tokenizer.path.isEmpty, recipe.tokenizer.vocabulary == 0 {
            let least = ReservedTokens.leading.count + 256 + recipe.tokenizer.sentinels
            recipe.tokenizer.vocabulary = max(least + 64, min(8192, max(512, bytes / 512))) / 64 * 64
        }
        return recipe
    }

    /// The recipe with every number that hangs on its steps.
    package func resolved(steps: Int) -> PretrainRecipe {
        var recipe = self
        recipe.steps = steps
        if recipe.warmupSteps == 0 { recipe.warmupSteps = min(500, max(1, steps / 20)) }
        if recipe.dev.every == 0 { recipe.dev.every = max(1, (steps + 9) / 10) }
        if recipe.layersEvery == 0 { recipe.layersEvery = max(1, steps / 100) }
        return recipe
    }

    /// How steps are made.
    package var optimisation: OptimisationSettings {
        OptimisationSettings(
            optimiser: optimiser,
            schedule: LearningRateSchedule(
                learningRate: learningRate, warmupSteps: warmupSteps, finalShare: finalShare, steps: steps),
            clip: clip > 0 ? clip : nil, averageDecay: averageDecay > 0 ? averageDecay : nil)
    }

    /// The share of layer calls with hard masks in a step, counted from 0; nil for the model's own.
    package func hardRate(atStep step: Int, from rate: Double) -> Double? {
        let begins = hardening.begins * Double(steps)
        guard Double(step) >= begins, Double(steps) > begins else { return nil }
        let progress = min(1, (Double(step) - begins) / (Double(steps) - begins))
        return rate + (hardening.finalRate - rate) * progress
    }

    /// The decoder that `model` describes, for a vocabulary of this size.
    ///
    /// - Throws: `TrainingError.recipe` for a value that does not fit, and for a key that the decoder does not have.
    package func decoderConfiguration(vocabulary: Int, file: String) throws(TrainingError)
        -> LorgnetteDecoderConfiguration
    {
        var table = model.members
        if table["vocab_size"] == nil { table["vocab_size"] = .integer(vocabulary) }
        if table["max_position_embeddings"] == nil { table["max_position_embeddings"] = .integer(length) }
        if let type = table["model_type"], type != .text(LorgnetteDecoderConfiguration.modelType) {
            throw .recipe(
                file: file, key: "model.model_type", problem: "must be \(LorgnetteDecoderConfiguration.modelType)")
        }
        let configuration: LorgnetteDecoderConfiguration
        do {
            configuration = try LorgnetteDecoderConfiguration(
                ConfigObject(bytes: Array(RecipeTable.table(table).json.text.utf8), file: file))
        } catch { throw .recipe(file: file, key: "model." + error.key, problem: error.description) }
        let stray = RecipeTable.table(table).paths(missingFrom: RecipeTable(configuration.json()))
            .filter { !Self.optionalKeys.contains($0) }
        guard stray.isEmpty else {
            throw .recipe(file: file, key: "model." + stray[0], problem: "no such key of the decoder's config")
        }
        guard configuration.vocabularySize >= vocabulary else {
            throw .recipe(
                file: file, key: "model.vocab_size",
                problem: "must be at least \(vocabulary), the tokenizer's number of ids")
        }
        guard configuration.trainingLength >= length else {
            throw .recipe(
                file: file, key: "model.max_position_embeddings", problem: "must be at least length (\(length))")
        }
        return configuration
    }

    /// Keys that a config may have and a written one has not where they stand for nothing.
    private static let optionalKeys: Set<String> = [
        "model_type", "experts.capacity_factor", "experts.minimum_capacity", "experts.group_size",
        "experts.bias_update_speed", "experts.routed_scaling_factor", "experts.second_expert_threshold",
        "parametrization", "parametrization.type",
    ]

    /// Four layers of eight experts, each one-in-8 sparse inside, of which a token uses two; xPos.
    package static let smallModel = RecipeTable.table([
        "hidden_size": .integer(192), "num_hidden_layers": .integer(4), "num_attention_heads": .integer(6),
        "intermediate_size": .integer(512), "hidden_act": .text("relu"), "attention_mask": .text("prefix"),
        "position_embedding_type": .text("xpos"),
        "experts": .table([
            "routing": .text("top_k"), "count": .integer(8), "per_token": .integer(2),
            "intermediate_size": .integer(512), "norm_topk_prob": .bool(true),
        ]),
        "sparsity": .table(["block_size": .integer(8), "controller_rank": .integer(24)]),
    ])

    /// The recipe for somebody's own text: half of the rows are read from left to right, half denoised.
    package static func small(files: [String]) -> PretrainRecipe {
        var recipe = PretrainRecipe()
        var entry = TextEntry(files: files)
        entry.denoisers = ["causal": 0.5, "ul2-small": 0.5]
        recipe.text = [entry]
        return recipe
    }
}
