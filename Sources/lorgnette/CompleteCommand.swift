import ArgumentParser
import Foundation
import JSONText
import LorgnetteKit
import TextGeneration

/// `lorgnette complete`: goes on from texts.
struct CompleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Goes on from a text with a language model alone.",
        discussion: """
            One text gives that text and what the model writes after it; several give one such answer each, in the order \
            given. --json: one object a text, {"prompt", "text", "token_ids", "logprob"}, of which text is what was written.

            EXAMPLE
              lorgnette pretrain --text README.md -o run --steps 20
              lorgnette complete -m run/model "The model"
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var generation: GenerationFlags
    @Flag(help: "One JSON object a line.") var json = false
    @Argument(help: "What to go on from.") var texts: [String]

    func validate() throws {
        if model.bridge != nil { throw ValidationError("--bridge: a text needs no bridge") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            model.applyThreads()
            let completer = try TextCompleter(folder: try model.folder(), weights: model.dtype.weights)
            let options = try generation.options(over: completer.defaults)
            for text in texts {
                for answer in try completer.complete(text, options: options, seed: model.seed) {
                    try CommandOutput.answer(json ? answer.row(after: text).text : text + answer.text)
                }
            }
        }
    }
}

extension GeneratedText {
    /// The row of CLI.md for a text that was gone on from.
    fileprivate func row(after prompt: String) -> JSONValue {
        .object([
            ("prompt", .string(prompt)), ("text", .string(text)),
            ("token_ids", .array(tokenIDs.map { .integer($0) })), ("logprob", .double(logProbability)),
        ])
    }
}
