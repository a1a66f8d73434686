import ArgumentParser
import ModelEvaluation
import ReportPages

/// `lorgnette eval explain`: one answer of a run in full.
struct EvalExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows one answer of a run in full, and why it counted or not.",
        discussion: """
            EXAMPLE
              lorgnette eval explain run 17:caption
              lorgnette eval explain run 17:caption -o 17.html
            """)

    @Argument(help: "The folder of a run.") var folder: String
    @Argument(help: "The example, as samples.jsonl calls it.") var id: String
    @Option(help: ArgumentHelp("Its task, where several have one of that id.", valueName: "name")) var task: String?
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("A page to write as well, with the picture.", valueName: "file.html"))
    var output: String?

    func run() async throws {
        try await CommandOutput.reporting {
            try await EvalReporting.reporting {
                let explanation = try RunExplanation(try RecordedRun(path: folder), id: id, task: task)
                try CommandOutput.answer(explanation.text)
                if let output { try WholeFile.write(explanation.page().html, to: output) }
            }
        }
    }
}
