import Foundation
import InterleavedData
import JSONText
import NeuralLayers
import ReportPages
import TensorEngine
import VisionLanguage

extension PretrainRun {
    /// Makes the steps that are left, writes the model and the report; does nothing where all is done.
    ///
    /// - Parameter watch: called with everything that happens.
    package func train(_ watch: (PretrainEvent) -> Void) throws(TrainingError) {
        if isFinished { return watch(.finished(model: files.model)) }
        let heldOut = try HeldOutText(text, recipe: recipe, seesPrefixes: configuration.mask == .prefix)
        var plan = plan
        if recipe.steps == 0 {
            watch(.preparing("timing the first steps"))
            try fix(steps: try stepsThatFit(heldOut, &plan))
        }
        plan.steps = recipe.steps
        watch(.planned(plan))
        let log = try openLog()
        while state.step < recipe.steps {
            try step(log, watch)
            let isLast = state.step == recipe.steps
            if !heldOut.isEmpty, state.step % recipe.dev.every == 0 || isLast { try look(heldOut, log, watch) }
            if state.step % recipe.checkpointEvery == 0 || isLast { try checkpoint(log, watch) }
        }
        try finish(log, plan: plan)
        watch(.finished(model: files.model))
    }

    // MARK: - Steps

    /// Losses and gradients of the batch of a step, counted from 0.
    private func lesson(of batch: TextBatch, step: Int, countsUnits: Bool) -> DenoisingLesson {
        decoder.lesson(
            of: batch, parameters: state.parameters, parts: recipe.accumulation,
            seed: UInt64(bitPattern: Int64(recipe.seed)), step: step, hardRate: hardRate(atStep: step),
            countsUnits: countsUnits)
    }

    /// The share of layer calls with hard masks; nil where nothing is sparse.
    private func hardRate(atStep step: Int) -> Double? {
        configuration.sparsity.map { recipe.hardRate(atStep: step, from: $0.hardRate) ?? $0.hardRate }
    }

    private func batch(_ step: Int) throws(TrainingError) -> TextBatch {
        do { return try sampler.batch(step: step) } catch { throw .text(error) }
    }

    private func step(_ log: RunLog, _ watch: (PretrainEvent) -> Void) throws(TrainingError) {
        let started = ContinuousClock.now
        let number = state.step
        let tellsLayers = (number + 1) % recipe.layersEvery == 0
        let batch = try batch(number)
        let lesson = lesson(of: batch, step: number, countsUnits: tellsLayers)
        let total = lesson.losses.total
        let facts = try state.advance(
            by: lesson.gradients, loss: total.mean + lesson.auxiliary,
            rows: ["rows \(number * recipe.batch)…\((number + 1) * recipe.batch - 1)"])
        decoder.balance(lesson.figures)
        let record = PretrainStepRecord(
            step: state.step, steps: recipe.steps, loss: total.mean, losses: lesson.losses,
            auxiliary: lesson.auxiliary, learningRate: facts.learningRate, gradientNorm: facts.gradientNorm,
            hardRate: hardRate(atStep: number), tokens: batch.usedPositions,
            seconds: (ContinuousClock.now - started) / .seconds(1))
        var members = record.members + lesson.figures.members
        if tellsLayers { members.append(("layers", lesson.figures.json(block: configuration.sparsity?.block))) }
        try append(log, members)
        watch(.stepped(record))
    }

    // MARK: - Looking

    private func look(_ heldOut: HeldOutText, _ log: RunLog, _ watch: (PretrainEvent) -> Void) throws(TrainingError) {
        let started = ContinuousClock.now
        var record = state.withFinalWeights {
            var record = heldOut.look(with: decoder, step: state.step)
            record.samples = heldOut.samples(from: decoder)
            return record
        }
        record.isBest = best.note(record.score, step: state.step, lowerIsBetter: true)
        if record.isBest, recipe.dev.keepsBest { try writeBest() }
        record.seconds = (ContinuousClock.now - started) / .seconds(1)
        try append(log, record.members)
        watch(.evaluated(record))
    }

    /// Times through the text, at most, where minutes are given rather than steps.
    private static let epochLimit = 30

    /// How many steps fit into the recipe's minutes, what was done already taken off.
    private func stepsThatFit(_ heldOut: HeldOutText, _ plan: inout PlanSummary) throws(TrainingError) -> Int {
        let clock = ContinuousClock()
        var seconds: [Double] = []
        for number in 0..<4 {
            let batch = try batch(number)
            seconds.append(clock.measure { _ = lesson(of: batch, step: number, countsUnits: false) } / .seconds(1))
        }
        let step = seconds.dropFirst().reduce(0, +) / Double(seconds.count - 1)
        let looking =
            clock.measure { state.withFinalWeights { _ = heldOut.look(with: decoder, step: 0) } } / .seconds(1)
        let left = recipe.minutes * 60 - (clock.now - begun) / .seconds(1) - 10.5 * looking
        plan.stepSeconds = step
        plan.peakBytes = ProcessMemory.peakBytes
        // More would be to learn by heart.
        let windows = text.stores.reduce(0) { $0 + max(1, $1.training.tokenCount / recipe.length) }
        let enough = max(200, Self.epochLimit * windows / recipe.batch)
        // The optimiser's own time and the log's.
        return min(enough, max(1, Int(left / (step * 1.05))))
    }

    func append(_ log: RunLog, _ members: [(key: String, value: JSONValue)]) throws(TrainingError) {
        do { try log.append(step: state.step, members) } catch {
            throw .report(error, lastCheckpoint: lastCheckpoint)
        }
    }
}

extension LorgnetteDecoder {
    /// Moves the biases of bias-balanced routers after a step.
    func balance(_ figures: LayerFigures) {
        guard configuration.experts?.kind == .biasBalanced else { return }
        let loads = figures.loads
        if !loads.isEmpty { balanceRouters(loads: loads) }
    }
}

extension PretrainStepRecord {
    /// The step's members of the log.
    var members: [(key: String, value: JSONValue)] {
        let byDenoiser = losses.sums.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.double($0.value.mean)) }
        var members: [(key: String, value: JSONValue)] = [
            ("loss", .double(loss)), ("denoisers", .object(byDenoiser)), ("auxiliary", .double(auxiliary)),
            ("learning_rate", .double(Double(learningRate))), ("gradient_norm", .double(gradientNorm)),
        ]
        if let hardRate { members.append(("hard_rate", .double(hardRate))) }
        return members + [
            ("targets", .integer(losses.total.tokens)), ("tokens", .integer(tokens)), ("seconds", .double(seconds)),
        ]
    }
}
