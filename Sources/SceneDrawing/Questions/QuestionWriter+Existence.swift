import TensorEngine

extension QuestionWriter {
    /// Is there such an object?
    /// - Parameter phrase: 0…3, the words to ask in.
    func existence(phrase: Int, using generator: inout SeededGenerator) -> Question? {
        let form = cast.isComposition ? 0 : generator.integer(below: cast.theme == .writing ? 3 : 4)
        let wantsYes = generator.happens(0.5)
        let group: Group?
        switch form {
        case 2:
            let kinds = Kind.allCases.filter { isPresent(.kind($0)) == wantsYes }
            group = kinds.isEmpty ? nil : .kind(generator.pick(kinds))
        case 3:
            let colors = ColorName.allCases.filter { isPresent(.color($0)) == wantsYes }
            group = colors.isEmpty ? nil : .color(generator.pick(colors))
        default:
            if !canBeBoth { return nil }
            group = (wantsYes ? presentPair(using: &generator) : absentPair(near: objects, using: &generator)).map(
                Group.pair)
        }
        guard let group else { return nil }
        let name = group.singular.withArticle
        let text = [
            "Is there \(name)?", "Do you see \(name)?", "Does the picture show \(name)?", "Can \(name) be seen?",
        ][phrase]
        return Question(.exist, ["pair", "pair", "kind", "color"][form], text, wantsYes)
    }

    /// Are there both, is there either?
    func junction(_ kind: Question.Kind, using generator: inout SeededGenerator) -> Question? {
        // Objects drawn to be alike would give the answer away: pairs that share a colour would be there more often.
        guard cast.aim == .allDrawnFreely, objects.count >= 2, let first = subjects.randomElement(using: &generator),
            let second = generator.pick(objects, where: { $0.pair != first.pair })
        else { return nil }
        let others = objects.filter { $0.pair != first.pair && $0.pair != second.pair }
        guard let noFirst = absentPair(near: others, using: &generator),
            let noSecond = generator.pick(Pair.ordinary, where: { !isPresent(.pair($0)) && $0 != noFirst })
        else { return nil }
        let wantsYes = generator.happens(0.5)
        let isMixed = generator.happens(0.7)
        let mixed = generator.happens(0.5) ? (first.pair, noSecond) : (noFirst, second.pair)
        let named: (Pair, Pair) =
            switch (kind, wantsYes) {
            case (.and, true): (first.pair, second.pair)
            case (.and, false): isMixed ? mixed : (noFirst, noSecond)
            case (_, true): isMixed ? mixed : (first.pair, second.pair)
            case (_, false): (noFirst, noSecond)
            }
        let names = generator.happens(0.5) ? [named.0, named.1] : [named.1, named.0]
        let (one, other) = (names[0].name.withArticle, names[1].name.withArticle)
        let text =
            kind == .and
            ? generator.pick(["Is there \(one) and \(other)?", "Are there both \(one) and \(other)?"])
            : generator.pick(["Is there \(one) or \(other)?", "Do you see \(one) or \(other)?"])
        return Question(kind, "pairs", text, wantsYes)
    }

    /// Whether yes and no can both be had for a pair.
    private var canBeBoth: Bool { !cast.isComposition || cast.focus != nil }

    private func presentPair(using generator: inout SeededGenerator) -> Pair? {
        let pairs = subjects.map(\.pair)
        return pairs.isEmpty ? nil : generator.pick(pairs)
    }

    /// A pair that is not there; mostly one whose colour or kind, or both apart, is.
    private func absentPair(near objects: [SceneObject], using generator: inout SeededGenerator) -> Pair? {
        let absent = askable.filter { !isPresent(.pair($0)) }
        if let one = objects.randomElement(using: &generator), let other = objects.randomElement(using: &generator) {
            let crossed = Pair(one.color, other.kind)
            if generator.happens(0.6), absent.contains(crossed) { return crossed }
            if generator.happens(0.5) {
                let kind: Group = generator.happens(0.5) ? .kind(one.kind) : .color(one.color)
                if let near = generator.pick(absent, where: kind.contains) { return near }
            }
        }
        return absent.isEmpty ? nil : generator.pick(absent)
    }
}
