import ArgumentParser
import Foundation
import InterleavedData
import LorgnetteKit
import TextTokens

/// `lorgnette tokenizer train`: finds a byte-level BPE vocabulary for files of text.
struct TokenizerTrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a byte-level BPE tokenizer on files of text.",
        discussion: """
            The merges are those that the tokenizers library's BpeTrainer finds in the same files with the same \
            vocabulary (all 256 bytes in the alphabet, GPT-2's splitting rule). Writes tokenizer.json and \
            tokenizer_config.json, which transformers' AutoTokenizer loads.
            Ids 0 to 6 are <pad>, <s>, </s>, <image>, [NLU], [NLG] and [S2S], then come those of --special, the bytes, \
            the merges, and at the end the sentinels: <extra_id_0>, of a row's first span, has the largest id.
            Of --pairs files (pairs.jsonl: caption, qa) the captions and questions are read as lines of text.

            EXAMPLE
              lorgnette tokenizer train README.md -o tokenizer --vocabulary 600
              lorgnette tokenizer train stories.txt --pairs emoji/pairs.jsonl -o tokenizer --vocabulary 8192
            """)

    @Argument(help: "Files of text in UTF-8; every line is divided into words by itself.") var files: [String] = []
    @Option(
        name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String
    @Option(help: ArgumentHelp("Ids in all, special tokens and sentinels among them.", valueName: "n"))
    var vocabulary = 8192
    @Option(
        parsing: .singleValue, help: ArgumentHelp("A further special token; may be repeated.", valueName: "token"))
    var special: [String] = []
    @Option(help: ArgumentHelp("Sentinels at the vocabulary's end, for span corruption.", valueName: "n"))
    var reserve = ReservedTokens.defaultSentinels
    @Option(help: ArgumentHelp("A pair that occurs more seldom is not merged.", valueName: "n"))
    var minimumFrequency = 0
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Files of picture–text rows, whose words are text too.", valueName: "file.jsonl"))
    var pairs: [String] = []
    @Option(help: ArgumentHelp("The split of the rows to read; all for every row.", valueName: "name"))
    var split = "train"
    @Option(help: ArgumentHelp("How a caption is put.", valueName: "template"))
    var captionTemplate = PairTemplate().caption
    @Option(help: ArgumentHelp("How a question and its answer are put.", valueName: "template"))
    var questionTemplate = PairTemplate().question
    @Flag(help: "Nothing on standard error but errors.") var quiet = false

    func validate() throws {
        guard !files.isEmpty || !pairs.isEmpty else { throw ValidationError("name a file of text to train on") }
        if !(1...10_000_000).contains(vocabulary) {
            throw ValidationError("--vocabulary must be from 1 to 10000000")
        }
        if !(0...100_000).contains(reserve) { throw ValidationError("--reserve must be from 0 to 100000") }
        if minimumFrequency < 0 { throw ValidationError("--minimum-frequency must not be negative") }
        if special.contains(where: \.isEmpty) { throw ValidationError("--special must not be empty") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let started = ContinuousClock.now
            var training = TokenizerTraining(files: files, vocabulary: vocabulary)
            training.pairs = pairs
            training.split = split == "all" ? nil : split
            training.template.caption = captionTemplate
            training.template.question = questionTemplate
            training.specialTokens = special
            training.sentinels = reserve
            training.minimumFrequency = minimumFrequency
            let trained: TokenizerTraining.Trained
            do throws(TextDataError) { trained = try training.run() } catch { throw LorgnetteError(error) }
            let folder = try NewFolder(path: output)
            do {
                for (name, bytes) in trained.files { try folder.write(Data(bytes), to: name) }
                try folder.finish()
            } catch {
                folder.discard()
                throw error
            }
            try CommandOutput.answer(
                "\(trained.tokenizer.vocabularySize) tokens from \(trained.bytes) bytes, \(trained.words) different words"
            )
            if !quiet {
                let seconds = (ContinuousClock.now - started) / .seconds(1)
                CommandOutput.note(
                    "written to \(output) in \(seconds.formatted(.number.precision(.fractionLength(1)))) s")
            }
        }
    }
}
