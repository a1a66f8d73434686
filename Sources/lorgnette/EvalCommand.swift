import ArgumentParser

/// `lorgnette eval`: scores models and files of predictions.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Scores models and predictions.",
        discussion: """
            EXAMPLE
              lorgnette eval
              lorgnette eval --tasks pairs --data scenes/pairs.jsonl -o run
              lorgnette eval compare run other
            """,
        subcommands: [
            EvalRunCommand.self, EvalMetricsCommand.self, EvalCompareCommand.self, EvalMergeCommand.self,
            EvalExplainCommand.self, EvalConfidenceCommand.self,
        ], defaultSubcommand: EvalRunCommand.self)
}
