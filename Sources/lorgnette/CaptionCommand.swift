import ArgumentParser
import Foundation
import ImageFiles
import JSONText
import LorgnetteKit
import TextGeneration

/// `lorgnette caption`: says what is in pictures.
struct CaptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caption", abstract: "Says what is in pictures.",
        discussion: """
            One picture gives one line; several give path<TAB>caption each, in the order given. A model that carries a \
            calibration says how probably each caption is right (--json), and prints "unsure" where that is too little.

            EXAMPLE
              lorgnette caption fixtures/pictures/coin.jpg
              lorgnette caption --json --beams 3 fixtures/pictures
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @OptionGroup var generation: GenerationFlags
    @OptionGroup var unsure: UnsureOption
    @Option(name: .shortAndLong, help: ArgumentHelp("Text that the caption goes on from.", valueName: "text"))
    var prompt: String?
    @Flag(help: "One JSON object a line.") var json = false
    @Flag(help: "Also write each caption beside its picture, as a .txt file.") var sidecar = false
    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "image"))
    var images: [String]

    func run() async throws {
        try await CommandOutput.reporting {
            let lorgnette = try model.load()
            let pictures = try PreparedImages(images, options: image, for: lorgnette)
            let options = try generation.options(over: lorgnette.defaults)
            let said = prompt ?? lorgnette.captionPrompt
            let bound = unsure.bound(lorgnette)
            var failures = FailureCount(inputs: pictures.sources.count, json: json)
            try await pictures.forEach { source, pixels in
                let captions: [GeneratedText]
                do throws(LorgnetteError) {
                    let seen = lorgnette.look(at: [try pixels.get()])
                    captions = try seen.generate(after: said, options: options, seed: model.seed)
                } catch { return try failures.note(error, image: source.name) }
                for caption in captions {
                    let text = caption.isUnsure(below: bound) ? GeneratedText.unsureText : caption.text.onOneLine
                    try CommandOutput.answer(
                        json
                            ? caption.row(image: source.name, prompt: said, unsureBelow: bound).text
                            : pictures.sources.count == 1 ? text : "\(source.name)\t\(text)")
                }
                // A file beside a picture is read as its caption: none is better than one that is not to be trusted.
                let sure = captions.filter { !$0.isUnsure(below: bound) }
                if sidecar, !sure.isEmpty { try writeSidecar(sure, of: source) }
            }
            try failures.finish()
        }
    }

    private func writeSidecar(_ captions: [GeneratedText], of source: ImageSource) throws {
        guard case .file(let path) = source else { return }
        let target = URL(filePath: path).deletingPathExtension().appendingPathExtension("txt")
        guard target.path != URL(filePath: path).path else {
            throw LorgnetteError(
                kind: .readWrite, code: "sidecar",
                description: "\(path): its caption would take the picture's own place: rename the picture")
        }
        let text = captions.map(\.text.onOneLine).joined(separator: "\n") + "\n"
        do { try Data(text.utf8).write(to: target, options: .atomic) } catch {
            throw LorgnetteError(
                kind: .readWrite, code: "sidecar",
                description: "\(target.path): cannot write: \(error.localizedDescription)")
        }
    }
}

extension GeneratedText {
    /// The row of CLI.md, with further members in front of the text where given.
    func row(
        image: String, prompt: String?, unsureBelow bound: Double? = nil,
        also members: [(key: String, value: JSONValue)] = []
    ) -> JSONValue {
        .object(
            [("image", .string(image))] + members + [
                ("text", .string(text)), ("prompt", .string(prompt ?? "")),
                ("token_ids", .array(tokenIDs.map { .integer($0) })), ("logprob", .double(logProbability)),
            ] + confidenceMembers(unsureBelow: bound))
    }
}
