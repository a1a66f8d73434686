import JSONText

/// What captioning tasks have in common: references of a set, scores of a corpus.
protocol CaptioningTask: EvaluationTask {}

extension CaptioningTask {
    /// The examples of a set, in its order.
    static func examples(of set: CaptionSet) -> [EvaluationExample] {
        set.items.map { item in
            EvaluationExample(
                id: item.id.description, officialID: item.id.json, pictures: [item.picture], references: item.captions,
                categories: item.domain.map { [("domain", $0)] } ?? [], cluster: item.id.description)
        }
    }

    /// A caption is neither right nor wrong by itself: document frequencies come from the whole set.
    package func score(_ answer: AnsweredExample, variant: String) -> Double? { nil }

    /// pycocoevalcap's metrics; CIDEr (CIDEr-D, 0 to 10) stands for the task.
    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        captionSummary(answers)
    }

    /// The metrics of those captions.
    func captionSummary(_ answers: [AnsweredExample]) -> TaskSummary {
        var tokenizer = PTBTokenizer()
        let candidates = tokenizer.tokenize(answers.map { $0.output ?? "" })
        let references = tokenizer.tokenize(answers.flatMap(\.example.references))
        var start = 0
        let comparisons = zip(answers, candidates).map { answer, candidate in
            defer { start += answer.example.references.count }
            return CaptionComparison(
                candidate: candidate, references: Array(references[start..<start + answer.example.references.count]))
        }
        let report = CaptionReport(comparisons)
        let cider = report.imageScores.first { $0.name == "CIDEr" }?.values ?? []
        return TaskSummary(
            primary: "CIDEr", values: report.scores.map { ($0.name, $0.value) }, exampleScores: cider,
            resampled: { places in
                places.isEmpty ? 0 : places.reduce(0) { $0 + cider[$1] } / Double(places.count)
            },
            remarks: report.absent.map { "\($0.name) is absent: \($0.reason)" } + [
                "where METEOR's data is at hand, eval metrics --kind captions --meteor-data scores the result file with it",
                "the interval resamples CIDEr's scores of pictures with the document frequencies of the whole set",
            ])
    }

    /// `[{"image_id", "caption"}]`, under the name that COCO's server takes: `captions_val2017_lorgnette_results.json`.
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let rows = answers.map { answer in
            JSONValue.object([("image_id", answer.example.officialID), ("caption", .string(answer.output ?? ""))])
        }
        let file = files.first.map { RunSettings.name(of: $0) } ?? Self.card.name
        let set = file.hasPrefix("captions_") ? file.dropFirst("captions_".count) : file[...]
        let stem = set.hasSuffix(".json") ? set.dropLast(".json".count) : set
        return ResultFile(
            name: "captions_\(stem)_lorgnette_results.json", text: JSONValue.array(rows).text + "\n")
    }
}
