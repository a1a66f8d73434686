import ArgumentParser

/// `lorgnette tokenizer`: makes tokenizers.
struct TokenizerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer", abstract: "Makes tokenizers.", subcommands: [TokenizerTrainCommand.self])
}
