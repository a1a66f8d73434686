import ArgumentParser
import Foundation
import JSONText
import LorgnetteKit

/// `lorgnette inspect`: tells what a model folder, a picture, a dataset, a run or a tensor file is.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Tells what a model, a picture or a tensor file is.",
        discussion: """
            Reads headers only: a checkpoint of many gigabytes is told in a moment.

            EXAMPLE
              lorgnette inspect fixtures/tiny-blip2-olmoe
              lorgnette inspect fixtures/pictures/coin.jpg --json
            """)

    @Argument(
        help: """
            A model folder, a bridge, a picture, a dataset, a run, or a .safetensors file (default: $LORGNETTE_MODEL, else \
            the model that ships).
            """)
    var path: String?
    @Flag(help: "One JSON object.") var json = false

    func run() async throws {
        try await CommandOutput.reporting {
            let found = try PathInspection(path: try path ?? ModelPlace.folder(nil).path(percentEncoded: false))
            if json {
                try CommandOutput.answer(found.json.text)
            } else {
                for (key, value) in found.members { try CommandOutput.answer("\(key): \(Self.shown(value))") }
            }
        }
    }

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let elements): elements.map(shown).joined(separator: ", ")
        case .object(let object): object.members.map { "\($0.key) \(shown($0.value))" }.joined(separator: ", ")
        default: value.text
        }
    }
}
