import ArgumentParser

/// `lorgnette tokenizer`: makes tokenizers.
struct TokenizerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer", abstract: "Makes tokenizers.",
        discussion: """
            EXAMPLE
              lorgnette tokenizer train README.md -o tokenizer --vocabulary 512
            """,
        subcommands: [TokenizerTrainCommand.self])
}
