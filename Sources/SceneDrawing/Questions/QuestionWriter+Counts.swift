import TensorEngine

extension QuestionWriter {
    /// How many are there?
    func count(using generator: inout SeededGenerator) -> Question? {
        guard case .count(let group) = cast.aim else { return nil }
        let text = generator.pick([
            "How many \(group.plural) are there?", "How many \(group.plural) do you see?",
            "What is the number of \(group.plural)?",
        ])
        let template =
            switch group {
            case .all: "all"
            case .color: "color"
            case .kind: "kind"
            case .pair: "pair"
            }
        return Question(.count, template, text, NumberWord.of(number(group)))
    }

    /// More of one than of the other, or as many?
    func comparison(using generator: inout SeededGenerator) -> Question? {
        switch cast.aim {
        case .asMany(let first, let second):
            let text = generator.pick([
                "Are there as many \(first.plural) as \(second.plural)?",
                "Is the number of \(first.plural) equal to the number of \(second.plural)?",
            ])
            return Question(.compare, "as-many", text, number(first) == number(second))
        case .more(let first, let second):
            if generator.happens(0.5) {
                let text = "Are there more \(first.plural) than \(second.plural)?"
                return Question(.compare, "more", text, number(first) > number(second))
            }
            let text = "Are there fewer \(first.plural) than \(second.plural)?"
            return Question(.compare, "fewer", text, number(first) < number(second))
        default: return nil
        }
    }
}
