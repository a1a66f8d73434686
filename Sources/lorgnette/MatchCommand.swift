import ArgumentParser
import JSONText
import LorgnetteKit

/// `lorgnette match`: how well pictures and texts go together.
struct MatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match", abstract: "Tells how well pictures and texts go together.",
        discussion: """
            For folders with the heads of BLIP-2's first stage (Blip2ForImageTextRetrieval). Prints for each picture and text \
            the probability that they match (itm), the cosine of the two read apart (itc), the picture and the text, one \
            pair a line.

            EXAMPLE
              lorgnette match -m fixtures/encoders/blip2-itm fixtures/pictures/coin.jpg \
                --text "a coin" --text "two cats on a couch"
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @Option(
        name: .customLong("text"), parsing: .upToNextOption,
        help: ArgumentHelp("Texts to compare with; may repeat.", valueName: "text"))
    var texts: [String] = []
    @Flag(help: "One JSON object a line.") var json = false
    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "image"))
    var images: [String]

    func validate() throws {
        if texts.isEmpty { throw ValidationError("no text to compare with: give --text TEXT") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let matcher = try model.loadMatcher()
            let pictures = try PreparedImages(images, options: image, for: matcher)
            var failures = FailureCount(inputs: pictures.sources.count, json: json)
            let read = texts.map { text in
                (text: text, read: Result { () throws(LorgnetteError) in try matcher.read(text) })
            }
            try await pictures.forEach { source, pixels in
                let seen: ImageTextMatcher.SeenPicture
                do throws(LorgnetteError) { seen = matcher.look(at: try pixels.get()) } catch {
                    return try failures.note(error, image: source.name)
                }
                for (text, read) in read {
                    switch read {
                    case .success(let read):
                        try CommandOutput.answer(row(matcher.match(seen, read), image: source.name, text: text))
                    case .failure(let error):
                        try failures.note(error, image: source.name, also: [("text", .string(text))])
                    }
                }
            }
            try failures.finish()
        }
    }

    private func row(_ match: ImageTextMatch, image: String, text: String) -> String {
        guard json else {
            return "\(match.probability)\t\(match.similarity)\t\(image.onOneLine)\t\(text.onOneLine)"
        }
        return JSONValue.object([
            ("image", .string(image)), ("text", .string(text)), ("itm", .double(Double(match.probability))),
            ("itc", .double(Double(match.similarity))),
        ]).text
    }
}
