import Foundation
import ModelTraining
import ReportPages

/// Shows a pretrain run on standard error: the plan, progress, what it writes after held-out texts.
struct PretrainWatcher {
    private let quiet: Bool
    /// The step that it goes on from.
    var begun = 0
    private var display: ProgressDisplay?

    init(quiet: Bool) { self.quiet = quiet }

    mutating func note(_ event: PretrainEvent) {
        guard !quiet else { return }
        switch event {
        case .preparing(let what): say(what)
        case .planned(let plan):
            say(begun == 0 ? "the plan:" : "the plan, from step \(begun) on:")
            plan.lines.forEach(CommandOutput.note)
            display = ProgressDisplay(total: plan.steps, noun: "steps", units: ["tokens"], resumedAt: begun)
        case .stepped(let record):
            display?.show(record.step, adding: [record.tokens], facts: [String(format: "loss %.3f", record.loss)])
        case .evaluated(let record): show(record)
        case .checkpointed: break
        case .finished(let model): say("the model is in \(model)")
        }
    }

    /// Ends the bar's line, whatever the run ended by.
    mutating func end() { display?.finish() }

    private mutating func show(_ record: HeldOutRecord) {
        var parts = [String(format: "loss %.3f", record.loss)]
        if let bits = record.text?.bitsPerByte {
            let bigram = record.bigramBitsPerByte.map { String(format: " (a bigram model of bytes: %.3f)", $0) } ?? ""
            parts.append(String(format: "%.3f bits per byte", bits) + bigram)
        }
        parts += record.denoisers.map { "\($0.name) " + String(format: "%.1f", $0.perplexity) }
        say("held-out text at step \(record.step): " + parts.joined(separator: ", "))
        for sample in record.samples { say("  \(sample.prompt.onOneLine) ⇒ \(sample.written.onOneLine)") }
    }

    private mutating func say(_ line: String) {
        if display == nil { CommandOutput.note(line) } else { display?.say(line) }
    }
}
