import ArgumentParser

/// `lorgnette data`: makes and looks over datasets.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Makes, checks and counts datasets.",
        discussion: """
            EXAMPLE
              lorgnette data scenes -o scenes --count 200
              lorgnette data check scenes/pairs.jsonl
            """,
        subcommands: [
            DataScenesCommand.self, DataGlyphsCommand.self, DataCheckCommand.self, DataStatsCommand.self,
            DataTextCommand.self, DataRephraseCommand.self, DataInterleaveCommand.self,
        ])
}
