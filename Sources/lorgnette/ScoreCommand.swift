import ArgumentParser
import ImageFiles
import JSONText
import LorgnetteKit

/// `lorgnette score`: how likely texts are, given a picture.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Tells how likely texts are, given a picture.",
        discussion: """
            Prints log p(text | picture, prompt) and the text, one a line.

            EXAMPLE
              lorgnette score -m fixtures/tiny-blip2-olmoe \\
                fixtures/pictures/coin.jpg "a 5 cent euro coin." "a flag"
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Text before the scored one (default: the caption prompt).", valueName: "text"))
    var prompt: String?
    @Flag(help: "One JSON object a line, token by token.") var json = false
    @Argument(help: "A file, or - for standard input.") var picture: String
    @Argument(help: "Texts to score.") var texts: [String]

    func validate() throws {
        if texts.isEmpty { throw ValidationError("no text to score") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let lorgnette = try model.load()
            let source: ImageSource = picture == "-" ? .standardInput : .file(path: picture)
            var failures = FailureCount(inputs: 1, json: json)
            let said = prompt ?? lorgnette.captionPrompt
            var seen: SeenPictures?
            do throws(LorgnetteError) { seen = try lorgnette.look(at: source, options: image.decoding) } catch {
                try failures.note(error, image: source.name)
            }
            for text in seen == nil ? [] : texts {
                let scored: GeneratedText?
                do throws(LorgnetteError) { scored = try seen?.score(text, after: said) } catch {
                    try failures.note(error, image: source.name, also: [("text", .string(text))])
                    continue
                }
                if let scored { try CommandOutput.answer(line(scored, of: text, after: said, image: source.name)) }
            }
            try failures.finish()
        }
    }

    private func line(_ scored: GeneratedText, of text: String, after said: String?, image: String) -> String {
        guard json else { return "\(scored.logProbability)\t\(text.onOneLine)" }
        return JSONValue.object([
            ("image", .string(image)), ("text", .string(text)), ("prompt", .string(said ?? "")),
            ("token_ids", .array(scored.tokenIDs.map { .integer($0) })),
            ("logprobs", .array(scored.logProbabilities.map { .double(Double($0)) })),
            ("logprob", .double(scored.logProbability)),
        ]).text
    }
}
