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
        if isFinished { return watch(.finished(bridge: files.bridge)) }
        let sampler = PairSampler(
            mixture: data.mixture, seed: UInt64(recipe.seed), batch: recipe.batch,
            captionShare: recipe.text.captionChance)
        var options = PairLoadingOptions()
        if recipe.workingSize > 0 { options.workingSize = recipe.workingSize }
        let loader = PairLoader(
            sampler: sampler, processor: folder.processor, steps: recipe.steps, options: options,
            features: frozen?.lookup)
        defer { loader.cancel() }
        let dev = try DevEvaluation(
            folder, texts: texts, records: data.dev, settings: recipe.dev, batch: recipe.batch,
            seed: UInt64(recipe.seed), frozen: frozen)
        for row in dev.unreadable { watch(.skipped(row: row.row, reason: row.reason)) }

        var plan = plan(sampler)
        if rehearses, state.step < recipe.steps { try rehearse(&plan, loader) }
        watch(.planned(plan))
        let log = try openLog()
        var told = try skippedRows()
        while state.step < recipe.steps, !hasWaitedEnough {
            try step(loader, log, told: &told, watch)
            let isLast = state.step == recipe.steps
            if !dev.isEmpty, state.step % recipe.dev.every == 0 || isLast { try evaluate(dev, log, watch) }
            if state.step % recipe.checkpointEvery == 0 || isLast || hasWaitedEnough { try checkpoint(log, watch) }
        }
        if hasWaitedEnough, let best = best.step { watch(.stoppedEarly(step: state.step, best: best)) }
        try finish(dev, log, plan: plan)
        if let store = frozen?.lookup?.store { watch(.cachedFeatures(path: store.path, counts: store.counts)) }
        watch(.finished(bridge: files.bridge))
    }

    /// The rows of a step as they go through the model.
    func batch(_ loaded: LoadedStep) throws(TrainingError) -> CaptioningBatch {
        var rows: [TokenRow] = []
        for example in loaded.examples {
            let question: String? = if case .question(let text) = example.kind { text } else { nil }
            rows.append(try texts.tokens(example.text, question: question, row: example.recordID))
        }
        if let frozen {
            return CaptioningBatch(.features(try frozen.features(of: loaded)), rows: rows, for: folder.model)
        }
        do { return CaptioningBatch(pixels: try loaded.pixels().tensor, rows: rows, for: folder.model) } catch {
            throw .loading(error)
        }
    }

    /// Loss and gradients of a batch, part by part.
    func gradients(of batch: CaptioningBatch) -> (loss: Double, gradients: GradientSum) {
        let labels = batch.labelCount
        let size = (batch.lengths.count + recipe.accumulation - 1) / recipe.accumulation
        var sum = GradientSum()
        var total = 0.0
        for start in stride(from: 0, to: batch.lengths.count, by: size) {
            let end = min(batch.lengths.count, start + size)
            let part = start == 0 && end == batch.lengths.count ? batch : batch.rows(start..<end)
            let loss = folder.model.loss(part, labels: labels)
            total += Double(loss.scalar)
            sum.add(loss.gradients(), of: state.parameters)
        }
        return (total, sum)
    }

    private func load(_ loader: PairLoader, _ step: Int) throws(TrainingError) -> LoadedStep {
        do { return try loader.examples(ofStep: step) } catch { throw .loading(error) }
    }

    /// Tries the next step without making it, for what it takes.
    private func rehearse(_ plan: inout PlanSummary, _ loader: PairLoader) throws(TrainingError) {
        let batch = try batch(load(loader, state.step))
        let clock = ContinuousClock()
        plan.stepSeconds = clock.measure { _ = gradients(of: batch) } / .seconds(1)
        plan.peakBytes = ProcessMemory.peakBytes
    }

    private func step(
        _ loader: PairLoader, _ log: RunLog, told: inout Set<String>, _ watch: (TrainingEvent) -> Void
    ) throws(TrainingError) {
        let started = ContinuousClock.now
        let loaded = try load(loader, state.step)
        let batch = try batch(loaded)
        let (loss, gradients) = gradients(of: batch)
        let facts = try state.advance(by: gradients, loss: loss, rows: loaded.examples.map(\.recordID))
        let record = StepRecord(
            step: state.step, steps: recipe.steps, loss: loss, learningRate: facts.learningRate,
            gradientNorm: facts.gradientNorm, images: loaded.examples.count, labels: batch.labelCount,
            tokens: batch.tokenCount, seconds: (ContinuousClock.now - started) / .seconds(1))
        for skipped in loaded.skipped where told.insert(skipped.recordID).inserted {
            try append(
                log, [("skipped", .string(skipped.recordID)), ("reason", .string(skipped.error.description))])
            watch(.skipped(row: skipped.recordID, reason: skipped.error.description))
        }
        try append(log, record.members)
        watch(.stepped(record))
    }

    /// Looks at the dev rows with the weights that would be kept.
    private func evaluate(_ dev: DevEvaluation, _ log: RunLog, _ watch: (TrainingEvent) -> Void) throws(TrainingError) {
        let started = ContinuousClock.now
        let (loss, answers) = state.withFinalWeights { (dev.loss(), dev.answers()) }
        let exact = answers.isEmpty ? nil : Double(answers.count(where: \.isCorrect)) / Double(answers.count)
        let metric = recipe.dev.metric
        var isBest = false
        if let score = metric == .loss ? loss : exact {
            isBest = best.note(score, step: state.step, lowerIsBetter: metric == .loss)
        }
        if isBest, recipe.dev.patience > 0 { try writeBest() }
        let record = DevRecord(
            step: state.step, loss: loss, exactMatch: exact, rows: dev.measuredCount, answered: answers.count,
            isBest: isBest, samples: dev.shown(of: answers), seconds: (ContinuousClock.now - started) / .seconds(1))
        try append(log, record.members)
        watch(.evaluated(record))
    }

    func append(_ log: RunLog, _ members: [(key: String, value: JSONValue)]) throws(TrainingError) {
        do { try log.append(step: state.step, members) } catch {
            throw .report(error, lastCheckpoint: lastCheckpoint)
        }
    }
}
