import Checkpoints
import JSONText

/// How a model's own numbers become the probability that its answer is right: `calibration` of a folder's `lorgnette.json`.
///
/// The confidence is P(the picture is of a kind that the model learned) · P(the answer is right, the picture being of one), each a
/// logistic regression. Of a model that is not the one it was fitted for (a bridge laid over it, a folder exported with one)
/// the picture's standing means nothing: there a third regression, of the answer's tokens alone, is the confidence.
package struct ConfidenceCalibration: Sendable, Equatable {
    /// The bridge that it was fitted for: see `ConfidenceEstimator.hash`.
    package var weights: ContentHash
    /// The familiarity file that it was fitted with.
    package var familiarityFile: ContentHash?
    /// Whether the picture is of a kind that the model learned, from `AnswerEvidence.ofPictures`.
    package var known: LogisticScore
    /// Whether the answer is right, given that.
    package var right: LogisticScore
    /// Whether the answer is right, as far as its tokens tell.
    package var rightByTokens: LogisticScore
    /// Answers of less confidence are shown as "unsure"; 0 for none.
    package var unsureBelow: Double
    /// What it was fitted on and how well it did there, for people.
    package var facts: JSONValue

    /// A calibration of these parts.
    package init(
        weights: ContentHash, familiarityFile: ContentHash?, known: LogisticScore, right: LogisticScore,
        rightByTokens: LogisticScore, unsureBelow: Double, facts: JSONValue
    ) {
        self.weights = weights
        self.familiarityFile = familiarityFile
        self.known = known
        self.right = right
        self.rightByTokens = rightByTokens
        self.unsureBelow = unsureBelow
        self.facts = facts
    }

    /// The probability that the answer is right, in 0…1; without a standing, as far as the tokens tell.
    package func confidence(_ evidence: AnswerEvidence) -> Double {
        guard evidence.standing != nil else { return rightByTokens.probability(evidence.value) }
        return known.probability(evidence.value) * right.probability(evidence.value)
    }

    // MARK: - The record

    /// The key of `lorgnette.json`.
    package static let key = "calibration"

    /// The calibration in a folder's `lorgnette.json`; nil where there is none.
    package init?(_ config: ConfigObject) throws(ConfigError) {
        guard let record = try config.optionalObject(Self.key) else { return nil }
        let format = try record.integer("format", default: 0, minimum: 0)
        guard format == 1 else { throw record.unsupported("format", found: "\(format)", supported: ["1"]) }
        weights = try Self.hash("weights", in: record)
        familiarityFile = record.holds("familiarity") ? try Self.hash("familiarity", in: record) : nil
        known = try LogisticScore(record.requiredObject("known"))
        right = try LogisticScore(record.requiredObject("right"))
        rightByTokens = try LogisticScore(record.requiredObject("right_by_tokens"))
        unsureBelow = try record.number("unsure_below", default: 0)
        try record.require((0...1).contains(unsureBelow), "unsure_below", "from 0 to 1")
        facts = record.value("fitted") ?? .null
    }

    private static func hash(_ key: String, in record: ConfigObject) throws(ConfigError) -> ContentHash {
        let text = try record.string(key)
        guard let hash = ContentHash(hexadecimal: text) else { throw record.unsupported(key, found: text) }
        return hash
    }

    /// The record.
    package var json: JSONValue {
        .object(
            [("format", .integer(1)), ("weights", .string(weights.description))]
                + (familiarityFile.map { [("familiarity", .string($0.description))] } ?? []) + [
                    ("unsure_below", .double(unsureBelow)), ("known", known.json), ("right", right.json),
                    ("right_by_tokens", rightByTokens.json), ("fitted", facts),
                ])
    }
}
