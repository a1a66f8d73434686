import JSONText

/// The caption metrics of a set, under the names of pycocoevalcap.
package struct CaptionReport: Sendable {
    /// Names and corpus scores in the order of the report; nil where a metric is absent.
    package let scores: [(name: String, value: Double?)]
    /// Why a metric is absent.
    package let absent: [(name: String, reason: String)]
    /// Scores of each image, by name: those metrics that have one.
    package let imageScores: [(name: String, values: [Double])]

    /// Why there is no SPICE.
    package static let spiceReason = "needs a scene-graph parser, which exists in Java only"
    /// Why there is no METEOR without its data.
    package static let meteorReason =
        "needs WordNet's synonyms and a table of paraphrases: give their folder; METEOR_exact_stem is the part without"

    /// Scores tokenized captions.
    ///
    /// - Parameter meteorData: synonyms and paraphrases for the full METEOR, where they are at hand.
    package init(_ comparisons: [CaptionComparison], meteorData: MeteorData? = nil) {
        let grams = CaptionGrams(comparisons)
        let bleu = BLEU.counts(grams)
        let bleuScores = BLEU.corpusScores(bleu)
        let rouge = ROUGEL.scores(comparisons)
        let cider = CIDEr.scores(grams)
        let plain = CIDEr.scores(grams, variant: .plain)
        let sentences = comparisons.map { METEOR.Sentences($0) }
        let stem = METEOR(.exactAndStem).scores(sentences)
        let exact = METEOR(.exact).scores(sentences)
        let full = meteorData.map { METEOR(.full($0)).scores(sentences) }
        var scores: [(name: String, value: Double?)] = bleuScores.enumerated().map { ("Bleu_\($0 + 1)", $1) }
        scores += [
            ("METEOR", full?.corpus), ("ROUGE_L", Self.mean(rouge)), ("CIDEr", Self.mean(cider)),
            ("METEOR_exact_stem", stem.corpus), ("METEOR_exact", exact.corpus), ("CIDEr_plain", Self.mean(plain)),
            ("SPICE", nil),
        ]
        self.scores = scores
        absent = (full == nil ? [("METEOR", Self.meteorReason)] : []) + [("SPICE", Self.spiceReason)]
        let bleuImages = bleu.map(\.scores)
        imageScores =
            (0..<NGramTable.longest).map { order in ("Bleu_\(order + 1)", bleuImages.map { $0[order] }) }
            + (full.map { [("METEOR", $0.images)] } ?? [])
            + [
                ("ROUGE_L", rouge), ("CIDEr", cider), ("METEOR_exact_stem", stem.images),
                ("METEOR_exact", exact.images), ("CIDEr_plain", plain),
            ]
    }

    /// The report as JSON: the scores by name, `absent` with the reasons, `images`, and `per_image` where wanted.
    package func json(images: [ExampleID], unanswered: Int, perImage: Bool) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = scores.map {
            ($0.name, $0.value.map(JSONValue.double) ?? .null)
        }
        members.append(("absent", .object(JSONObject(absent.map { ($0.name, .string($0.reason)) }))))
        members.append(("images", .integer(images.count)))
        members.append(("images_without_prediction", .integer(unanswered)))
        if perImage {
            let rows = images.indices.map { index in
                (
                    images[index].description,
                    JSONValue.object(JSONObject(imageScores.map { ($0.name, .double($0.values[index])) }))
                )
            }
            members.append(("per_image", .object(JSONObject(rows))))
        }
        return .object(JSONObject(members))
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}
