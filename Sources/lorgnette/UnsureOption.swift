import ArgumentParser
import JSONText
import LorgnetteKit
import TextGeneration

/// When an answer is told, and when "unsure" is.
struct UnsureOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Print \"unsure\" for answers whose confidence, where the model states one, is less; 0 for never (default: the model's).",
            valueName: "x"))
    var unsureBelow: Double?

    func validate() throws {
        guard (0...1).contains(unsureBelow ?? 0) else { throw ValidationError("--unsure-below must be from 0 to 1") }
    }

    /// The bound for this model; nil where it states no confidence.
    func bound(_ lorgnette: Lorgnette) -> Double? { lorgnette.unsureBelow.map { unsureBelow ?? $0 } }
}

extension GeneratedText {
    /// Whether the confidence is below `bound`; false where there is none of either.
    func isUnsure(below bound: Double?) -> Bool {
        guard let confidence, let bound else { return false }
        return confidence < bound
    }

    /// The members that a row gains where the model states a confidence.
    func confidenceMembers(unsureBelow bound: Double?) -> [(key: String, value: JSONValue)] {
        guard let confidence else { return [] }
        return [("confidence", .double(confidence))] + (isUnsure(below: bound) ? [("unsure", .bool(true))] : [])
    }

    /// What is printed for an answer that is not to be trusted.
    static let unsureText = "unsure"
}
