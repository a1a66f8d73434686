import JSONText

/// Image–text retrieval over all pictures and captions of a set, by log p(caption | picture).
///
/// Every caption is scored for every picture: sets are meant to be small (`--limit`). With `--normalise
/// mutual-information` the score is less what the caption has without a picture, which takes away that short and common
/// captions win. A model that compares pictures with texts scores by its contrastive or matching heads instead.
protocol RetrievalTask: EvaluationTask {
    /// Positions of each picture's captions among all captions, by the picture's id.
    var ownTexts: [String: Range<Int>] { get }
}

extension RetrievalTask {
    /// One example a picture, the choices being all captions of the set.
    static func examples(of set: CaptionSet, limit: Int?) -> [EvaluationExample] {
        let items = limit.map { Array(set.items.prefix($0)) } ?? set.items
        let captions = items.flatMap(\.captions)
        return items.map { item in
            EvaluationExample(
                id: item.id.description, officialID: item.id.json, pictures: [item.picture], choices: captions,
                references: item.captions, cluster: item.id.description)
        }
    }

    /// Whether the caption that is ranked first is one of the picture's own.
    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard let choice = answer.choice else { return 0 }
        return ownTexts(of: answer.example).contains(choice) ? 1 : 0
    }

    /// Recall at 1, 5 and 10 both ways.
    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        // Without scores, an example ranks everything last.
        let texts = answers.first?.example.choices.count ?? 0
        let kept = answers.flatMap { ownTexts(of: $0.example) }.sorted()
        let imageToText = answers.map { answer in
            answer.choiceScores.count == texts
                ? kept.map { answer.choiceScores[$0] } : kept.map { _ in -Double.infinity }
        }
        var imageOfText: [Int: Int] = [:]
        for (image, answer) in answers.enumerated() {
            for text in ownTexts(of: answer.example) { imageOfText[text] = image }
        }
        let recall = try RetrievalRecall(
            imageToText: imageToText,
            textToImage: kept.indices.map { text in imageToText.map { $0[text] } },
            imageOfText: kept.map { imageOfText[$0] ?? 0 })
        let names = RetrievalRecall.cutoffs
        return TaskSummary(
            primary: "text_recall_at_1",
            values: zip(names, recall.textRecall).map { ("text_recall_at_\($0)", $1) }
                + zip(names, recall.imageRecall).map { ("image_recall_at_\($0)", $1) }
                + [("mean_recall", recall.mean)],
            exampleScores: answers.map { score($0, variant: variant) ?? 0 })
    }

    /// Positions of the picture's captions among all of them.
    private func ownTexts(of example: EvaluationExample) -> Range<Int> { ownTexts[example.id] ?? 0..<0 }
}

extension RetrievalTask {
    /// Positions of each picture's captions among all captions.
    static func ranges(of examples: [EvaluationExample]) -> [String: Range<Int>] {
        var ranges: [String: Range<Int>] = [:]
        var start = 0
        for example in examples {
            ranges[example.id] = start..<start + example.references.count
            start += example.references.count
        }
        return ranges
    }
}
