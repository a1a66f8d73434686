import ArgumentParser
import JSONText
import ModelEvaluation

/// `lorgnette eval merge`: puts shards of a run together.
struct EvalMergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Puts the shards of a run together.",
        discussion: """
            The result is that of a run in one piece. The tasks' files are read again from where the shards had them, or \
            from --data.

            EXAMPLE
              lorgnette eval merge shard-1 shard-2 -o run
            """)

    @Argument(help: "The folders of all shards.") var runs: [String]
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String
    @Option(help: ArgumentHelp("Where the tasks' files are now.", valueName: "path")) var data: String?
    @Option(help: ArgumentHelp("The split, where files hold several.", valueName: "name")) var split: String?
    @Option(help: ArgumentHelp("The folder of pictures.", valueName: "dir")) var images: String?

    func run() async throws {
        try await CommandOutput.reporting {
            try await EvalReporting.reporting {
                let source = data.map { TaskSource(data: $0, split: split, images: images) }
                let document = try RunMerge(runs).write(into: RunFolder(path: output), source: source)
                try CommandOutput.answer(document.indentedText)
            }
        }
    }
}
