import Foundation
import InterleavedData
import NeuralLayers
import TensorEngine
import VisionLanguage

extension FinetuneRecipe {
    /// The recipe in `file`, whose paths start from its folder, with `assignments` laid over it, whose paths start from here.
    package init(file: String, assignments: [String] = []) throws(TrainingError) {
        guard FileManager.default.fileExists(atPath: file) else { throw .noRecipe(file) }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw .cannotRead(file: file, reason: "a folder, or not one we may read")
        }
        let folder = URL(filePath: file).deletingLastPathComponent().path
        let written = try FinetuneRecipe(text: String(decoding: data, as: UTF8.self), file: file).located(in: folder)
        self = try FinetuneRecipe(text: RecipeText.text(of: written), file: file, assignments: assignments)
            .located(in: ".")
    }

    /// The recipe in the YAML `text` of `file`, `assignments` (`key.path=value`) laid over it.
    package init(text: String = "", file: String = "recipe", assignments: [String] = []) throws(TrainingError) {
        var yaml = try RecipeText(
            defaults: FinetuneRecipe(),
            elements: [
                "data": FinetuneRecipe.DataEntry(), "interleaved.documents": FinetuneRecipe.DocumentEntry(),
                "interleaved.texts": FinetuneRecipe.TextEntry(),
            ],
            opaque: ["augmentation", "vision", "qformer"], file: file)
        try yaml.merge(text)
        for assignment in assignments { try yaml.set(assignment) }
        self = try yaml.recipe()
        try check(file: file)
    }

    /// Throws the first number that no run can have.
    package func check(file: String) throws(TrainingError) {
        func require(_ holds: Bool, _ key: String, _ wanted: String) throws(TrainingError) {
            guard holds else { throw .recipe(file: file, key: key, problem: "must be \(wanted)") }
        }
        try require(seed >= 0, "seed", "0 or more")
        try require((1...2).contains(stage), "stage", "1 or 2")
        try require(base.isEmpty || parts.isEmpty, "parts", "left out where there is a base, and the other way round")
        try require(parts.isEmpty || bridge.isEmpty, "bridge", "left out where parts are put together: name parts.from")
        if stage == 1 { try checkFirstStage(require) }
        if stage == 2 { try require(dev.metric != .recall, "dev.metric", "loss or exact_match in the second stage") }
        try require((0...100_000_000).contains(steps), "steps", "from 0 to 100000000")
        try require(workingSize >= 0 && workingSize <= 16_384, "working_size", "from 0 to 16384")
        try require((1...65_536).contains(batch), "batch", "from 1 to 65536")
        try require(accumulation >= 1 && accumulation <= batch, "accumulation", "from 1 to batch (\(batch))")
        try require(learningRate.isFinite && learningRate >= 0, "learning_rate", "a number that is not negative")
        try require(warmupSteps >= 0, "warmup_steps", "0 or more")
        try require((0...1).contains(finalShare), "final_share", "from 0 to 1")
        try require(clip.isFinite && clip >= 0, "clip", "0 or more")
        try require(averageDecay >= 0 && averageDecay < 1, "average_decay", "from 0 to below 1")
        try require(checkpointEvery >= 1, "checkpoint_every", "1 or more")
        try require((0..<1).contains(optimiser.beta1), "optimiser.beta1", "from 0 to below 1")
        try require((0..<1).contains(optimiser.beta2), "optimiser.beta2", "from 0 to below 1")
        try require(optimiser.decay.isFinite && optimiser.decay >= 0, "optimiser.decay", "0 or more")
        try require(optimiser.epsilon > 0, "optimiser.epsilon", "above 0")
        try require((0...1).contains(text.captionChance), "text.caption_chance", "from 0 to 1")
        try require(text.limit >= 1, "text.limit", "1 or more")
        try require(text.caption.contains("{caption}"), "text.caption", "a text with {caption} in it")
        try require(text.answer.contains("{answer}"), "text.answer", "a text with {answer} in it")
        try require(
            text.askPrompt.isEmpty || text.askPrompt.contains("{question}"), "text.ask_prompt",
            "a text with {question} in it, or empty")
        try require(dev.every >= 0 && dev.rows >= 0 && dev.answered >= 0 && dev.patience >= 0, "dev", "0 or more")
        try require(
            train.visionLayerDecay > 0 && train.visionLayerDecay <= 1, "train.vision_layer_decay", "above 0, at most 1")
        let factors = train.learningRateFactors
        try require(
            [factors.projection, factors.qformer, factors.vision, factors.adapters]
                .allSatisfy { $0.isFinite && $0 >= 0 },
            "train.learning_rate_factors", "0 or more each")
        try require(precision.isSupported, "precision", "f32: this processor does not multiply bf16")
        for entry in data {
            try require(entry.weight >= 0 && entry.weight.isFinite, "data.weight", "0 or more")
            try require((0...1_000_000).contains(entry.views), "data.views", "from 0 to 1000000")
            try require(
                entry.format.isEmpty || PairFormat(rawValue: entry.format) != nil, "data.format",
                "empty or one of \(PairFormat.names)")
            try require(entry.setWeights.values.allSatisfy { $0 >= 0 && $0.isFinite }, "data.set_weights", "0 or more")
        }
        try require(bridgeSizes.isSane, "bridge_sizes.expansion", BridgeSizes.limits)
        try require(adapters.isSane, "adapters.expansion", AdapterDesign.limits)
        try checkAlignment(require)
        try checkFeatureCache(file: file)
        try checkInterleaved(require)
    }

    /// What image tokens can be drawn to.
    private func checkAlignment(
        _ require: (Bool, String, String) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        try require(alignment.weight.isFinite && alignment.weight >= 0, "alignment.weight", "0 or more")
        try require(alignment.sharpness.isFinite && alignment.sharpness > 0, "alignment.sharpness", "above 0")
        try require(alignment.text.contains("{caption}"), "alignment.text", "a text with {caption} in it")
        guard alignment.isOn else { return }
        try require(stage == 2, "alignment", "left out in the first stage, which has no decoder")
        try require(!interleaved.isOn, "alignment", "left out with interleaved documents")
    }

    /// What only the first stage cannot have.
    private func checkFirstStage(
        _ require: (Bool, String, String) throws(TrainingError) -> Void
    ) throws(TrainingError) {
        try require(
            accumulation == 1, "accumulation", "1 in the first stage, which compares all rows of a step with each other"
        )
        try require(!cachesFeatures, "feature_cache", "false in the first stage")
        try require(newBridge == nil, "bridge_kind", "own in the first stage, and adapters left out")
        try require(bridge.isEmpty, "bridge", "left out in the first stage, which begins with a whole folder")
        try require(parts.languageModel.isEmpty, "parts.language_model", "left out in the first stage, which has none")
        try require(train.part != .projection, "train.part", "qformer or vision in the first stage")
        let weights = [firstStage.compare, firstStage.match, firstStage.write]
        try require(
            weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 }, "first_stage",
            "weights that are not negative, one of them above 0")
        try require(firstStage.matchRows >= 0, "first_stage.match_rows", "0 or more")
        try require((0..<1).contains(firstStage.smoothing), "first_stage.smoothing", "from 0 to below 1")
        try require(
            ["{question}", "{answer}"].allSatisfy(firstStage.statement.contains), "first_stage.statement",
            "a text with {question} and {answer} in it")
    }
}
