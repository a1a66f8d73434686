import Checkpoints
import Foundation
import JSONText
import ReportPages
import TensorEngine
import VisionLanguage

extension FinetuneRun {
    /// The log, with nothing in it about steps that are to be made again.
    func openLog() throws(TrainingError) -> RunLog {
        do { return try RunLog(resuming: files.log, throughStep: state.step) } catch {
            throw .report(error, lastCheckpoint: lastCheckpoint)
        }
    }

    /// Rows that the log already says are unusable.
    func skippedRows() throws(TrainingError) -> Set<String> {
        do {
            return Set(try RunRecords(path: files.log).records.compactMap { $0["skipped"]?.string })
        } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
    }

    /// Writes what was left out of the data into the log, once.
    func note(_ notes: [String], _ log: RunLog) throws(TrainingError) {
        guard !notes.isEmpty else { return }
        let known: Set<String>
        do {
            try log.flush()
            known = Set(try RunRecords(path: files.log).records.compactMap { $0["note"]?.string })
        } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
        for note in notes where !known.contains(note) { try append(log, [("note", .string(note))]) }
    }

    /// Makes this the state from which the run would go on.
    func checkpoint(_ log: RunLog, _ watch: (TrainingEvent) -> Void) throws(TrainingError) {
        try append(log, [("checkpoint", .bool(true))])
        do { try log.flush() } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
        do {
            try TrainingCheckpoint.write(
                state,
                facts: [("best", best.json), ("base", fingerprint.json), ("rows", .string(rows.description))],
                to: files.checkpoint)
        } catch {
            throw .cannotWrite(file: files.checkpoint, reason: "\(error)", lastCheckpoint: lastCheckpoint)
        }
        lastCheckpoint = state.step
        watch(.checkpointed(step: state.step))
    }

    /// Keeps the weights of the best dev evaluation.
    func writeBest() throws(TrainingError) {
        do {
            try SafetensorsWriter().write(
                state.finalWeights.map { SafetensorsItem($0.name, $0.value) }, to: files.best)
        } catch { throw .cannotWrite(file: files.best, reason: "\(error)", lastCheckpoint: lastCheckpoint) }
    }

    /// The weights that the run ends with: those of the best dev evaluation where it stops by one.
    private func keptWeights() throws(CheckpointError) -> [(name: String, value: Tensor)] {
        guard recipe.dev.patience > 0, FileManager.default.fileExists(atPath: files.best) else {
            return state.finalWeights
        }
        let stored = try SafetensorsFile(path: files.best)
        var weights: [(name: String, value: Tensor)] = []
        for parameter in state.parameters { weights.append((parameter.name, try stored.tensor(named: parameter.name))) }
        return weights
    }

    /// Writes what the run was for, curves and report.
    func finish(_ dev: any DevLooking, _ log: RunLog, plan: PlanSummary) throws(TrainingError) {
        do {
            let weights = try keptWeights()
            let facts: [(key: String, value: JSONValue)] = [
                ("steps", .integer(state.step)), ("seed", .integer(recipe.seed)),
                ("part", .string(recipe.train.part.rawValue)),
            ]
            try files.replaceFolder(product) { folder throws(CheckpointError) in
                try objective.write(weights, base: fingerprint, facts: facts, to: folder)
            }
        } catch { throw .cannotWrite(file: product, reason: "\(error)", lastCheckpoint: lastCheckpoint) }
        let page = try reportPage(dev, plan: plan)
        do {
            try log.flush()
            try WholeFile.write(try curves().svg, to: files.curves)
            try WholeFile.write(page.html, to: files.report)
        } catch { throw .report(error, lastCheckpoint: lastCheckpoint) }
    }
}

extension StepRecord {
    /// The step's members of the log.
    var members: [(key: String, value: JSONValue)] {
        [
            ("loss", .double(loss)), ("learning_rate", .double(Double(learningRate))),
            ("gradient_norm", .double(gradientNorm)), ("images", .integer(images)), ("labels", .integer(labels)),
            ("tokens", .integer(tokens)),
        ] + facts.map { ($0.key, .double($0.value)) } + [("seconds", .double(seconds))]
    }
}

extension DevRecord {
    /// The evaluation's members of the log.
    var members: [(key: String, value: JSONValue)] {
        let samples = samples.map { sample in
            JSONValue.object([
                ("image", .string(sample.row.id)), ("question", sample.row.question.map { .string($0) } ?? .null),
                ("reference", .string(sample.row.reference)), ("output", .string(sample.output)),
                ("correct", .bool(sample.isCorrect)),
            ])
        }
        // What was not measured is left out: a null would count as a number that is none.
        var measured: [(key: String, value: JSONValue)] = []
        if let loss { measured.append(("dev_loss", .double(loss))) }
        if let exactMatch { measured.append(("dev_exact_match", .double(exactMatch))) }
        measured += facts.map { ($0.key, .double($0.value)) }
        return measured + [
            ("rows", .integer(rows)), ("answered", .integer(answered)), ("best", .bool(isBest)),
            ("samples", .array(samples)), ("seconds", .double(seconds)),
        ]
    }
}
