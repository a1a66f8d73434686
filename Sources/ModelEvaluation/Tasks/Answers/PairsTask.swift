import InterleavedData
import JSONText

/// Our own format, `pairs.jsonl`: a caption where there is one, and questions with their answers, for each picture.
///
/// Exact match after trimming a final full stop, case-insensitive. Ids are `ROW:caption` and `ROW:N`, rows of the file and
/// questions of the row counted from 1.
package struct PairsTask: EvaluationTask {
    package static let card = TaskCard(
        name: "pairs", title: "Our own sets", files: ["pairs.jsonl"],
        source: "your own: {\"image\", \"caption\", \"qa\": [[question, answer], ...], \"split\"}, one a line",
        licence: "yours", metric: "accuracy (exact match, a final full stop and case apart)",
        variants: ["exact", "normalised", "strict"], prompt: .modelAsk, majorityBy: "type")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let place = source.optionalFile(Self.card.files) ?? source.data
        files = source.isFolder(place) ? [] : [place]
        let dataset: PairDataset
        do { dataset = try PairDataset(path: place, imageRoot: source.images) } catch { throw .dataset(error) }
        let rows = Array(zip(1..., dataset.records)).filter { source.split == nil || $1.split == source.split }
        guard !rows.isEmpty else {
            throw .noSuchSplit(file: place, split: source.split ?? "", splits: dataset.splits.sorted())
        }
        let asked = rows.flatMap { $1.questions.map(\.question) }
        let counts = Dictionary(asked.map { ($0, 1) }, uniquingKeysWith: +)
        examples = rows.flatMap { Self.examples(of: $1, number: $0, counts: counts) }
        guard !examples.isEmpty else { throw .empty(file: place) }
    }

    /// A question is a type of its own where it is asked at least so often.
    private static let typeCount = 10

    private static func examples(
        of record: PairRecord, number: Int, counts: [String: Int]
    ) -> [EvaluationExample] {
        let picture = PictureReference(record.picture, name: record.id)
        func example(_ suffix: String, _ question: String?, _ references: [String]) -> EvaluationExample {
            var categories: [(name: String, value: String)] = [
                ("kind", question == nil ? "caption" : "question"),
                ("type", question.map { counts[$0, default: 0] < typeCount ? "(rare question)" : $0 } ?? "(caption)"),
            ]
            if let set = record.set { categories.append(("set", set)) }
            if let label = record.label { categories.append(("label", label)) }
            return EvaluationExample(
                id: "\(number):\(suffix)", pictures: [picture], question: question, references: references,
                categories: categories, cluster: record.id)
        }
        let caption = record.captions.isEmpty ? [] : [example("caption", nil, record.captions)]
        return caption
            + record.questions.enumerated().map { index, asked in
                example("\(index + 1)", asked.question, [asked.answer])
            }
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard let output = answer.output else { return 0 }
        return answer.example.references.contains { Self.isEqual(output, $0, variant: variant) } ? 1 : 0
    }

    /// Whether an answer counts as the reference.
    package static func isEqual(_ output: String, _ reference: String, variant: String) -> Bool {
        switch variant {
        case "strict": ExactMatch.isCorrect(output, reference: reference, variant: .strict)
        case "normalised": ExactMatch.isCorrect(output, reference: reference, variant: .normalised)
        default: compared(output).isIdentical(to: compared(reference))
        }
    }

    /// Without blanks at the ends and one final full stop, in lower case.
    private static func compared(_ text: String) -> String {
        let stripped = PythonText.stripped(text)
        let bare = stripped.hasSuffix(".") ? PythonText.stripped(String(stripped.dropLast())) : stripped
        return PythonText.lowercased(bare)
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("accuracy", answers, variant: variant)
        for (kind, name) in [("caption", "caption_accuracy"), ("question", "question_accuracy")] {
            let scores = zip(answers, summary.exampleScores).filter { $0.0.example.category("kind") == kind }.map(\.1)
            if !scores.isEmpty { summary.values.append((name, try SampleMean(scores).mean)) }
        }
        return summary
    }
}
