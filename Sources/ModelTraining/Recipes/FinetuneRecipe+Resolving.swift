import Foundation

extension FinetuneRecipe {
    /// The recipe with paths that do not depend on where it is read from.
    package func located(in folder: String) -> FinetuneRecipe {
        var recipe = self
        let root = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
        func absolute(_ path: String) -> String {
            path.isEmpty ? "" : URL(filePath: path, relativeTo: root).standardizedFileURL.path
        }
        recipe.base = absolute(base)
        recipe.parts = parts.located(absolute)
        recipe.bridge = absolute(bridge)
        if let cache = featureFolder(inRun: ""), cache != "/features" { recipe.featureCache = absolute(cache) }
        for index in recipe.data.indices {
            recipe.data[index].pairs = absolute(recipe.data[index].pairs)
            recipe.data[index].images = absolute(recipe.data[index].images)
        }
        for index in recipe.interleaved.documents.indices {
            recipe.interleaved.documents[index].file = absolute(recipe.interleaved.documents[index].file)
            recipe.interleaved.documents[index].images = absolute(recipe.interleaved.documents[index].images)
        }
        for index in recipe.interleaved.texts.indices {
            recipe.interleaved.texts[index].file = absolute(recipe.interleaved.texts[index].file)
        }
        return recipe
    }

    /// The recipe with every number that it left to us.
    ///
    /// - Parameters:
    ///   - rows: how many there are to train on.
    ///   - bridgeWidth: of the query tokens.
    package func resolved(rows: Int, bridgeWidth: Int) -> FinetuneRecipe {
        var recipe = self
        if recipe.steps == 0 { recipe.steps = min(20_000, max(200, (10 * rows + batch - 1) / batch)) }
        if recipe.learningRate == 0 { recipe.learningRate = 1e-4 * 768 / Float(bridgeWidth) }
        if recipe.warmupSteps == 0 { recipe.warmupSteps = min(2_000, max(1, recipe.steps / 20)) }
        if recipe.dev.every == 0 { recipe.dev.every = max(1, (recipe.steps + 9) / 10) }
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
}
