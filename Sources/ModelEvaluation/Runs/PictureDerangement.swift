import TensorEngine

/// Other pictures for each example: the shuffled baseline.
///
/// The pictures of a task are permuted in one cycle (Sattolo 1986), so none stays with its own questions, and all questions
/// about one picture get the same other one. The permutation depends on the seed and on the task's pictures alone, not on
/// shards or on what was answered before.
struct PictureDerangement: Sendable {
    private let other: [String: [PictureReference]]

    /// A derangement of the pictures of these examples; examples without pictures have none.
    init(of examples: [EvaluationExample], seed: UInt64) {
        var seen = Set<String>()
        var groups: [(key: String, pictures: [PictureReference])] = []
        for example in examples where !example.pictures.isEmpty {
            let key = Self.key(example)
            if seen.insert(key).inserted { groups.append((key, example.pictures)) }
        }
        var order = Array(groups.indices)
        var generator = SeededGenerator(seed: seed, stream: "shuffled pictures")
        for last in stride(from: order.count - 1, to: 0, by: -1) {
            order.swapAt(last, generator.integer(below: last))
        }
        var other: [String: [PictureReference]] = [:]
        if groups.count > 1 {
            for (index, place) in order.enumerated() { other[groups[index].key] = groups[place].pictures }
        }
        self.other = other
    }

    /// The pictures that are shown instead; nil where there are none, or no others.
    func pictures(for example: EvaluationExample) -> [PictureReference]? {
        example.pictures.isEmpty ? nil : other[Self.key(example)]
    }

    private static func key(_ example: EvaluationExample) -> String {
        example.pictures.map(\.key).joined(separator: "\n")
    }
}
