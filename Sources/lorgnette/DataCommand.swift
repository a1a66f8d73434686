import ArgumentParser

/// `lorgnette data`: makes and looks over datasets.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Makes datasets.", subcommands: [DataScenesCommand.self, DataTextCommand.self])
}
