import ArgumentParser
import ModelEvaluation

/// The root of the command line; one file per subcommand.
@main struct LorgnetteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lorgnette",
        abstract: "Gives sight to a language model that was trained on text alone.",
        discussion: """
            Captions pictures and answers questions about them with BLIP-2-family checkpoints in Hugging Face's layout.

            EXAMPLE
              lorgnette caption fixtures/pictures/coin.jpg

            Exit status: 0 all good; 64 usage; 65 bad data; 66 no such input; 70 internal; 74 read or write failure.
            """,
        version: SoftwareVersion.text,
        subcommands: [
            CaptionCommand.self, AskCommand.self, ChatCommand.self, ScoreCommand.self, MatchCommand.self,
            EmbedCommand.self, InspectCommand.self, VerifyCommand.self, AssembleCommand.self, PretrainCommand.self,
            CompleteCommand.self, FinetuneCommand.self, ExportCommand.self, QuantizeCommand.self, CalibrateCommand.self,
            EvalCommand.self, DataCommand.self, TokenizerCommand.self,
        ])
}
