import ArgumentParser

/// The root of the command line; one file per subcommand.
@main struct Lorgnette: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lorgnette", abstract: "Pictures and language: runs, finetunes and measures BLIP-2-like models.",
        subcommands: [EvalCommand.self])
}
