/// Winoground and sets in its form: two pictures, two captions of the same words.
///
/// Two examples an item, one for each picture, the choices being both captions; scored by log p(caption | picture).
package struct WinogroundTask: EvaluationTask {
    package static let card = TaskCard(
        name: "winoground", title: "Winoground-style pairs", files: ["examples.jsonl"],
        source: "huggingface.co/datasets/facebook/winoground; pictures in images/",
        licence: "Meta's research licence, gated",
        metric: "group, text and image score (a tie is wrong; by chance 1/6, 1/4, 1/4)", prompt: .modelCaption,
        ranks: true, isRankedOnly: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(Self.card.files)
        try source.requireNoSplit(of: file)
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.lines(of: file) {
            let id = try row.id("id")
            let captions = [try row.text("caption_0"), try row.text("caption_1")]
            let fine = try row.optionalText("tag")
            let tag = try row.optionalText("collapsed_tag") ?? fine
            for image in 0..<2 {
                let name = try row.text("image_\(image)")
                let path = name.contains(".") ? name : name + ".png"
                examples.append(
                    EvaluationExample(
                        id: "\(id):\(image)", officialID: id.json, pictures: [source.picture(path, in: ["images"])],
                        choices: captions, references: [captions[image]], correctChoice: image,
                        categories: tag.map { [("tag", $0)] } ?? [], cluster: id.description))
            }
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "id")
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard answer.choiceScores.count == 2, let own = answer.example.correctChoice else { return 0 }
        return answer.choiceScores[own] > answer.choiceScores[1 - own] ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var items: [String: [Int: [Double]]] = [:]
        for answer in answers where answer.choiceScores.count == 2 {
            items[answer.example.cluster, default: [:]][answer.example.correctChoice ?? 0] = answer.choiceScores
        }
        let scores = items.compactMapValues { pictures -> Winoground.Scores? in
            guard let first = pictures[0], let second = pictures[1] else { return nil }
            return Winoground.Scores(
                caption0Image0: first[0], caption0Image1: second[0], caption1Image0: first[1],
                caption1Image1: second[1])
        }
        let clusters = answers.map(\.example.cluster)
        let count = Double(Set(clusters).count)
        func share(_ isRight: (Winoground.Scores) -> Bool) -> Double {
            count == 0 ? 0 : Double(scores.values.count(where: isRight)) / count
        }
        return TaskSummary(
            primary: "group_score",
            values: [
                ("group_score", share(\.isGroupRight)), ("text_score", share(\.isTextRight)),
                ("image_score", share(\.isImageRight)),
            ], exampleScores: clusters.map { scores[$0]?.isGroupRight == true ? 1 : 0 })
    }
}
