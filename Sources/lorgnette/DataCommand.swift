import ArgumentParser

/// `lorgnette data`: makes and looks over datasets.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Makes, checks and counts datasets.",
        subcommands: [
            DataScenesCommand.self, DataGlyphsCommand.self, DataCheckCommand.self, DataStatsCommand.self,
            DataTextCommand.self, DataRephraseCommand.self, DataInterleaveCommand.self,
        ])
}
