import ArgumentParser
import Foundation
import JSONText
import ModelEvaluation

/// `lorgnette eval compare`: is the difference of two runs more than chance?
struct EvalCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compares two runs over the same examples, with a paired test.",
        discussion: """
            Refuses runs under different protocols: other prompts, decoding, metric variants or data.

            EXAMPLE
              lorgnette eval compare run-a run-b
            """)

    @Argument(help: "The folder of a run.") var first: String
    @Argument(help: "The folder of another.") var second: String
    @Flag(help: "Compare runs under different protocols nevertheless.") var anyway = false
    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        try await CommandOutput.reporting {
            try await EvalReporting.reporting {
                let comparison = try RunComparison(
                    try RecordedRun(path: first), try RecordedRun(path: second), anyway: anyway)
                if json { return try CommandOutput.answer(comparison.json.indentedText) }
                for task in comparison.tasks { try CommandOutput.answer(Self.text(of: task)) }
            }
        }
    }

    private static func text(of task: RunComparison.TaskComparison) -> String {
        func number(_ value: Double?) -> String { value.map { EvalReporting.rounded($0) } ?? "-" }
        let difference = EvalReporting.rounded(task.paired.meanDifference)
        let error = EvalReporting.rounded(task.paired.standardError)
        var text = "\(task.task): \(number(task.scores.first)) against \(number(task.scores.second)); "
        text += "\(task.compared), \(task.examples) examples: difference \(difference) ± \(error), "
        text += "p = \(String(format: "%.4g", task.paired.p)) (sign flips)"
        if let p = task.mcNemar { text += ", \(String(format: "%.4g", p)) (McNemar)" }
        if let p = task.bootstrap { text += ", \(String(format: "%.4g", p)) (bootstrap of the score)" }
        text += ", \(String(format: "%.4g", task.adjusted)) after Holm's correction"
        return text + (task.adjusted < 0.05 ? "" : ": no more than chance")
    }
}
