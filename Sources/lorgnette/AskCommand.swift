import ArgumentParser
import ImageFiles
import Imaging
import JSONText
import LorgnetteKit
import TextGeneration

/// `lorgnette ask`: answers questions about pictures, or ranks given answers.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Answers questions about pictures.",
        discussion: """
            Each picture is asked by itself; -q may repeat, the picture is encoded once. A model that carries a calibration \
            says how probably each answer is right (--json), and prints "unsure" where that is too little; not so for --choice.

            EXAMPLE
              lorgnette ask fixtures/pictures/smiling-face.png "What is it?"
              lorgnette ask fixtures/pictures -q "Is it red?" --choice yes --choice no --json
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @OptionGroup var generation: GenerationFlags
    @OptionGroup var unsure: UnsureOption
    @Option(
        name: [.customShort("q"), .customLong("question")], parsing: .unconditionalSingleValue,
        help: "A question; may repeat.")
    var questions: [String] = []
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: ArgumentHelp("The whole prompt, instead of the model's form of a question.", valueName: "text"))
    var prompt: String?
    @Option(
        name: .customLong("choice"), parsing: .unconditionalSingleValue,
        help: "Rank this answer with the others instead of generating; may repeat.")
    var choices: [String] = []
    @Option(name: .customLong("normalise"), help: "Scores of choices: sum of log-probabilities, or their mean.")
    var normalisation: Normalisation = .sum
    @Flag(help: "Put all pictures into one prompt, in the order given.") var together = false
    @Flag(help: "One JSON object a line.") var json = false
    @Argument(help: ArgumentHelp("Files, folders, or -; without -q the last one is the question.", valueName: "image"))
    var images: [String]

    /// How scores of choices of different lengths are made comparable.
    enum Normalisation: String, ExpressibleByArgument, CaseIterable { case sum, mean }

    private var asked: (images: [String], questions: [String]) {
        questions.isEmpty && prompt == nil && images.count > 1
            ? (Array(images.dropLast()), [images[images.count - 1]]) : (images, questions)
    }

    func validate() throws {
        if questions.isEmpty, prompt == nil, images.count < 2 { throw ValidationError("no question: give -q QUESTION") }
        if prompt != nil, !questions.isEmpty { throw ValidationError("--prompt is the whole prompt: leave out -q") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let lorgnette = try model.load()
            let (named, questions) = asked
            let options = try generation.options(over: lorgnette.defaults)
            let pictures = try PreparedImages(named, options: image, for: lorgnette)
            var failures = FailureCount(inputs: pictures.sources.count, json: json)
            if together {
                failures = FailureCount(inputs: 1, json: json)
                var all: [Result<PixelBatch, LorgnetteError>] = []
                var seen: SeenPictures?
                await pictures.forEach { _, pixels in all.append(pixels) }
                let name = pictures.sources.map(\.name).joined(separator: ",")
                do throws(LorgnetteError) {
                    var prepared: [PixelBatch] = []
                    for pixels in all { prepared.append(try pixels.get()) }
                    seen = lorgnette.look(at: prepared)
                } catch { try failures.note(error, image: name) }
                if let seen { try answer(seen, image: name, isNamed: false, questions, lorgnette, options, &failures) }
            } else {
                let isTable = pictures.sources.count > 1
                try await pictures.forEach { source, pixels in
                    let seen: SeenPictures
                    do throws(LorgnetteError) { seen = lorgnette.look(at: [try pixels.get()]) } catch {
                        return try failures.note(error, image: source.name)
                    }
                    try answer(seen, image: source.name, isNamed: isTable, questions, lorgnette, options, &failures)
                }
            }
            try failures.finish()
        }
    }

    /// Prints rows: as JSON, or the text, after the picture's name where there is one to tell.
    private func show(_ rows: [JSONValue], image: String?) throws(LorgnetteError) {
        for row in rows {
            let isUnsure = row["unsure"]?.bool ?? false
            let text = isUnsure ? GeneratedText.unsureText : (row["text"]?.string ?? "").onOneLine
            try CommandOutput.answer(json ? row.text : image.map { "\($0)\t\(text)" } ?? text)
        }
    }

    /// Answers each question by itself: one that cannot be answered leaves the others as they are.
    private func answer(
        _ seen: SeenPictures, image: String, isNamed: Bool, _ questions: [String], _ lorgnette: Lorgnette,
        _ options: GenerationOptions, _ failures: inout FailureCount
    ) throws(LorgnetteError) {
        let asked: [(question: String?, prompt: String)] =
            prompt.map { [(nil, $0)] } ?? questions.map { ($0, seen.prompt(asking: $0)) }
        for (question, prompt) in asked {
            let members = question.map { [(key: "question", value: JSONValue.string($0))] } ?? []
            let rows: [JSONValue]
            do throws(LorgnetteError) {
                rows =
                    choices.isEmpty
                    ? try seen.generate(
                        after: prompt, options: options, seed: model.seed
                    )
                    .map {
                        $0.row(image: image, prompt: prompt, unsureBelow: unsure.bound(lorgnette), also: members)
                    }
                    : [try ranked(seen, image: image, prompt: prompt, members: members)]
            } catch {
                try failures.note(error, image: image, also: members)
                continue
            }
            try show(rows, image: isNamed ? image : nil)
        }
    }

    /// The row of the likeliest choice.
    private func ranked(
        _ seen: SeenPictures, image: String, prompt: String, members: [(key: String, value: JSONValue)]
    ) throws(LorgnetteError) -> JSONValue {
        var scored: [(text: GeneratedText, score: Double)] = []
        for choice in choices {
            let text = try seen.score(choice, after: prompt)
            let count = normalisation == .mean ? Double(max(1, text.tokenIDs.count)) : 1
            scored.append((text, text.logProbability / count))
        }
        let best = scored.indices.reduce(0) { scored[$1].score > scored[$0].score ? $1 : $0 }
        let list = scored.map { JSONValue.object([("text", .string($0.text.text)), ("logprob", .double($0.score))]) }
        return .object(
            [("image", .string(image))] + members + [
                ("text", .string(scored[best].text.text)), ("prompt", .string(prompt)),
                ("token_ids", .array(scored[best].text.tokenIDs.map { .integer($0) })),
                ("logprob", .double(scored[best].score)), ("choices", .array(list)),
            ])
    }
}
