/// Why an answer counts, in words.
enum AnswerReason {
    /// For most tasks: what was said, what is right, what that is worth.
    static func plain(_ answer: AnsweredExample, score: Double?, variant: String) -> String {
        guard let output = answer.output else { return "there is no answer, which counts as wrong" }
        guard let score else {
            return "a caption is neither right nor wrong by itself: it counts in the metrics of the whole set"
        }
        let worth = score == 1 ? "right" : score == 0 ? "wrong" : "worth \(score) of 1"
        let example = answer.example
        if let correct = example.correctChoice {
            let said = answer.choice.map { "ranked first: \"\(example.choices[$0])\"" } ?? "written: \"\(output)\""
            return "\(worth): \(said); right is \"\(example.choices[correct])\""
        }
        let equal = example.references.count { $0.isIdentical(to: output) }
        return "\(worth) under the variant \"\(variant)\": \"\(output)\" against "
            + (example.references.count == 1
                ? "\"\(example.references[0])\""
                : "\(example.references.count) answers, of which \(equal) are the same text before any processing")
    }
}
