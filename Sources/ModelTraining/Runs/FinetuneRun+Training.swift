import Foundation
import Imaging
import InterleavedData
import JSONText
import ReportPages
import TensorEngine
import VisionLanguage

extension FinetuneRun {
    /// Makes the steps that are left, writes the bridge and the report; does nothing where all is done.
    ///
    /// - Parameters:
    ///   - rehearses: whether a step is tried first, for the plan's memory and time.
    ///   - watch: called with everything that happens.
    package func train(rehearses: Bool = true, _ watch: (TrainingEvent) -> Void) throws(TrainingError) {
        if isFinished { return watch(.finished(folder: product)) }
        let (loader, sampler) = try makeLoader()
        defer { loader.cancel() }
        let dev = try objective.dev(data.dev)

        var plan = try plan(sampler)
        if rehearses, state.step < recipe.steps { try rehearse(&plan, loader) }
        watch(.planned(plan))
        let log = try openLog()
        try note(data.notes + (objective.mixture?.notes ?? []), log)
        var told = try skippedRows()
        for row in dev.unreadable where told.insert(row.row).inserted {
            try tell(row.row, row.reason, log, watch)
        }
        while state.step < recipe.steps, !hasWaitedEnough {
            try step(loader, log, told: &told, watch)
            let isLast = state.step == recipe.steps
            if !dev.isEmpty, state.step % recipe.dev.every == 0 || isLast { try evaluate(dev, log, watch) }
            if state.step % recipe.checkpointEvery == 0 || isLast || hasWaitedEnough { try checkpoint(log, watch) }
        }
        if hasWaitedEnough, let best = best.step { watch(.stoppedEarly(step: state.step, best: best)) }
        try finish(dev, log, plan: plan)
        if let store = objective.features?.store { watch(.cachedFeatures(path: store.path, counts: store.counts)) }
        watch(.finished(folder: product))
    }

    /// What loads the steps' rows, and the sampler of pairs where they are made of pairs alone.
    private func makeLoader() throws(TrainingError) -> (PairLoader, PairSampler?) {
        var options = PairLoadingOptions()
        if recipe.workingSize > 0 { options.workingSize = recipe.workingSize }
        if let mixture = objective.mixture {
            let loader = PairLoader(
                documents: mixture.sampler, processor: objective.processor, steps: recipe.steps, options: options,
                features: objective.features)
            return (loader, nil)
        }
        guard let pairs = data.mixture else { throw .mixture(.empty) }
        let sampler = PairSampler(
            mixture: pairs, seed: UInt64(recipe.seed), batch: recipe.batch, captionShare: recipe.text.captionChance)
        let loader = PairLoader(
            sampler: sampler, processor: objective.processor, steps: recipe.steps, options: options,
            features: objective.features, refusal: { [objective] in objective.refusal(of: $0) })
        return (loader, sampler)
    }

    private func load(_ loader: PairLoader, _ step: Int) throws(TrainingError) -> LoadedStep {
        do { return try loader.examples(ofStep: step) } catch { throw .loading(error) }
    }

    /// Tries the next step without making it, for what it takes.
    private func rehearse(_ plan: inout PlanSummary, _ loader: PairLoader) throws(TrainingError) {
        let loaded = try load(loader, state.step)
        let started = ContinuousClock.now
        _ = try objective.gradients(of: loaded, for: state.parameters)
        plan.stepSeconds = (ContinuousClock.now - started) / .seconds(1)
        plan.peakBytes = ProcessMemory.peakBytes
    }

    private func step(
        _ loader: PairLoader, _ log: RunLog, told: inout Set<String>, _ watch: (TrainingEvent) -> Void
    ) throws(TrainingError) {
        let started = ContinuousClock.now
        let loaded = try load(loader, state.step)
        let made = try objective.gradients(of: loaded, for: state.parameters)
        let facts = try state.advance(by: made.gradients, loss: made.loss, rows: loaded.examples.map(\.recordID))
        objective.settle()
        let record = StepRecord(
            step: state.step, steps: recipe.steps, loss: made.loss, learningRate: facts.learningRate,
            gradientNorm: facts.gradientNorm, images: loaded.examples.count, labels: made.labels,
            tokens: made.tokens, facts: made.facts, seconds: (ContinuousClock.now - started) / .seconds(1))
        for skipped in loaded.skipped where told.insert(skipped.recordID).inserted {
            try tell(skipped.recordID, skipped.problem.description, log, watch)
        }
        try append(log, record.members)
        watch(.stepped(record))
    }

    /// Says that a row is left out.
    private func tell(_ row: String, _ reason: String, _ log: RunLog, _ watch: (TrainingEvent) -> Void)
        throws(TrainingError)
    {
        try append(log, [("skipped", .string(row)), ("reason", .string(reason))])
        watch(.skipped(row: row, reason: reason))
    }

    /// Looks at the dev rows with the weights that would be kept.
    private func evaluate(_ dev: any DevLooking, _ log: RunLog, _ watch: (TrainingEvent) -> Void) throws(TrainingError)
    {
        let started = ContinuousClock.now
        let found = state.withFinalWeights { dev.look() }
        let metric = recipe.dev.metric
        var isBest = false
        if let score = found.score(metric) {
            isBest = best.note(score, step: state.step, lowerIsBetter: metric == .loss)
        }
        if isBest, recipe.dev.patience > 0 { try writeBest() }
        let record = DevRecord(
            step: state.step, loss: found.loss, exactMatch: found.exactMatch, rows: dev.measuredCount,
            answered: found.answered, facts: found.facts, isBest: isBest, samples: found.samples,
            seconds: (ContinuousClock.now - started) / .seconds(1))
        try append(log, record.members)
        watch(.evaluated(record))
    }

    func append(_ log: RunLog, _ members: [(key: String, value: JSONValue)]) throws(TrainingError) {
        do { try log.append(step: state.step, members) } catch {
            throw .report(error, lastCheckpoint: lastCheckpoint)
        }
    }
}
