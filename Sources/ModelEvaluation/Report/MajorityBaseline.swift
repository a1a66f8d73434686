/// The most frequent right answer, said to every question: what a model reaches that looks at nothing.
struct MajorityBaseline: Sendable {
    private let category: String?
    private let texts: [String: String]
    private let positions: [String: Int]

    /// The most frequent references of these examples, by the value of that category; of equally frequent ones the first.
    ///
    /// Where all examples have choices, the most frequent position of the right one. Nil where nothing is right.
    init?(_ examples: [EvaluationExample], by category: String?) {
        self.category = category
        var texts: [String: [String]] = [:]
        var positions: [String: [Int]] = [:]
        for example in examples {
            let group = category.flatMap { example.category($0) } ?? ""
            texts[group, default: []] += example.references
            if let position = example.correctChoice { positions[group, default: []].append(position) }
        }
        let isClosed = !examples.isEmpty && examples.allSatisfy { $0.correctChoice != nil }
        self.positions = isClosed ? positions.compactMapValues(Self.mostFrequent) : [:]
        self.texts = texts.compactMapValues(Self.mostFrequent)
        if self.texts.isEmpty, self.positions.isEmpty { return nil }
    }

    /// The answer that the majority gives.
    func answer(to example: EvaluationExample) -> AnsweredExample {
        let group = category.flatMap { example.category($0) } ?? ""
        if let position = positions[group], example.choices.indices.contains(position) {
            return AnsweredExample(example, output: example.choices[position], choice: position)
        }
        return AnsweredExample(example, output: texts[group] ?? "")
    }

    private static func mostFrequent<Value: Hashable>(_ values: [Value]) -> Value? {
        var counts: [Value: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        guard let most = counts.values.max() else { return nil }
        return values.first { counts[$0] == most }
    }
}
