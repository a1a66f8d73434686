import InterleavedData
import TensorEngine
import VisionLanguage

extension FinetuneRun {
    /// What this run is going to do.
    ///
    /// - Parameter sampler: of pairs; nil where steps are made of documents.
    func plan(_ sampler: PairSampler?) throws(TrainingError) -> PlanSummary {
        let trained = Set(state.parameters.map(\.name))
        let parts = objective.places.compactMap { place -> PlanSummary.Part? in
            let members = objective.parameters.filter { parameter in
                place.prefixes.contains { parameter.name.hasPrefix($0) }
            }
            if members.isEmpty { return nil }
            let learning = members.filter { trained.contains($0.name) }
            let rates = learning.compactMap { state.groups[$0.name]?.learningRateFactor }
            return PlanSummary.Part(
                name: place.name, parameters: members.reduce(0) { $0 + $1.tensor.count },
                trained: learning.reduce(0) { $0 + $1.tensor.count },
                learningRate: rates.max().map { $0 * recipe.learningRate })
        }
        let frozen = objective.parameters.reduce(0) { trained.contains($1.name) ? $0 : $0 + $1.tensor.byteCount }
        // Weights, gradients, one or two moments, and the average where there is one.
        let copies = 3 + (recipe.optimiser.rule == .adamw ? 1 : 0) + (recipe.averageDecay > 0 ? 1 : 0)
        let elements = state.parameters.reduce(0) { $0 + $1.tensor.count }
        let rows = data.count
        return PlanSummary(
            parts: parts, steps: recipe.steps, batch: recipe.batch, rows: rows,
            epochs: sampler?.stepsPerEpoch == nil ? nil : Double(recipe.steps * recipe.batch) / Double(rows),
            frozenBytes: frozen, stateBytes: elements * 4 * copies, notes: data.notes + (try objective.notes()))
    }
}
