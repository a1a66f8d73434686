import Foundation
import InterleavedData
import ModelTraining
import ReportPages

/// Shows a run on standard error: the plan, progress, answers to dev pictures.
struct TrainingWatcher {
    private let quiet: Bool
    private let steps: Int
    private let begun: Int
    private var display: ProgressDisplay?

    init(run: FinetuneRun, quiet: Bool) {
        self.quiet = quiet
        steps = run.recipe.steps
        begun = run.step
    }

    /// What else a line about dev rows tells, by its key in the log.
    private static let shown = [
        ("dev_text_recall_1", "text found first"), ("dev_picture_recall_1", "picture found first"),
        ("dev_match_accuracy", "matching right"),
    ]

    mutating func note(_ event: TrainingEvent) {
        if case .skipped(let row, let reason) = event { return say("skipped \(row): \(reason)") }
        guard !quiet else { return }
        switch event {
        case .skipped: break
        case .planned(let plan):
            say(begun == 0 ? "the plan:" : "the plan, from step \(begun) on:")
            plan.lines.forEach(CommandOutput.note)
            display = ProgressDisplay(
                total: steps, noun: "steps", units: ["images", "tokens"], resumedAt: begun)
        case .stepped(let record):
            display?.show(
                record.step, adding: [record.images, record.tokens], facts: [String(format: "loss %.3f", record.loss)])
        case .evaluated(let record): show(record)
        case .checkpointed: break
        case .stoppedEarly(let step, let best):
            say("no better than step \(best) for long enough: stopped at step \(step)")
        case .cachedFeatures(let path, let counts):
            let damaged = counts.damaged == 0 ? "" : ", \(counts.damaged) records damaged"
            say("features: \(counts.found) found, \(counts.stored) computed and kept in \(path)\(damaged)")
        case .finished(let folder): say("finished: \(folder)")
        }
    }

    /// Ends the bar's line, whatever the run ended by.
    mutating func end() { display?.finish() }

    private mutating func show(_ record: DevRecord) {
        var parts: [String] = []
        if let loss = record.loss { parts.append(String(format: "loss %.3f over %d rows", loss, record.rows)) }
        if let exact = record.exactMatch {
            parts.append(String(format: "%.1f %% of %d answers exact", exact * 100, record.answered))
        }
        parts += Self.shown.compactMap { key, name in
            record.facts.first { $0.key == key }.map { String(format: "%@ %.1f %%", name, $0.value * 100) }
        }
        say("dev at step \(record.step): " + parts.joined(separator: ", ") + (record.isBest ? " (best so far)" : ""))
        for sample in record.samples {
            let question = sample.row.question.map { "\($0) " } ?? ""
            say(
                "  \(sample.isCorrect ? "✓" : "✗") \(sample.row.id): \(question)\(sample.output) [\(sample.row.reference)]"
            )
        }
    }

    private mutating func say(_ line: String) {
        if display == nil { CommandOutput.note(line) } else { display?.say(line) }
    }
}

extension String {
    /// Without a final line end.
    var trimmedEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
