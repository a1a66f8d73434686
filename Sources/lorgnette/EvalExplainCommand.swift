import ArgumentParser
import ModelEvaluation

/// `lorgnette eval explain`: one answer of a run in full.
struct EvalExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows one answer of a run in full, and why it counted or not.",
        discussion: """
            EXAMPLE
              lorgnette eval explain run 17:caption
            """)

    @Argument(help: "The folder of a run.") var folder: String
    @Argument(help: "The example, as samples.jsonl calls it.") var id: String
    @Option(help: ArgumentHelp("Its task, where several have one of that id.", valueName: "name")) var task: String?

    func run() async throws {
        try await CommandOutput.reporting {
            try await EvalReporting.reporting {
                try CommandOutput.answer(
                    try RunExplanation(try RecordedRun(path: folder), id: id, task: task).text)
            }
        }
    }
}
