import TensorEngine

extension QuestionWriter {
    /// What colour is it?
    func color(using generator: inout SeededGenerator) -> Question? {
        let form = generator.integer(below: 3)
        let subject: String
        let color: ColorName
        if let inscription, form == 0 {
            subject = inscription.isDigit ? "digit" : "word"
            color = inscription.color
        } else if form == 1, inscription == nil, let object = alone(where: { $0.size == .large }), objects.count > 1 {
            (subject, color) = ("large object", object.color)
        } else {
            guard let object = generator.pick(subjects, where: { number(.kind($0.kind)) == 1 }) else { return nil }
            (subject, color) = (object.kind.name, object.color)
        }
        let text = generator.pick([
            "What color is the \(subject)?", "What is the color of the \(subject)?",
            "Which color does the \(subject) have?",
        ])
        return Question(.color, "\(form == 0 && inscription != nil ? "writing" : "object")", text, color.rawValue)
    }

    /// What kind of object is it?
    func shape(using generator: inout SeededGenerator) -> Question? {
        guard let object = generator.pick(subjects, where: { number(.color($0.color)) == 1 }) else { return nil }
        let color = object.color.rawValue
        let text =
            object.kind.isShape
            ? generator.pick([
                "What shape is the \(color) object?", "What is the shape of the \(color) object?",
                "Which shape does the \(color) object have?",
            ])
            : generator.pick([
                "What is the \(color) object?", "Which thing is \(color)?", "What \(color) thing do you see?",
            ])
        return Question(.shape, object.kind.isShape ? "shape" : "thing", text, object.kind.name)
    }

    /// Is it small or large?
    func size(using generator: inout SeededGenerator) -> Question? {
        guard let object = generator.pick(subjects, where: { $0.size != nil && number(.pair($0.pair)) == 1 }),
            let size = object.size
        else { return nil }
        let name = number(.kind(object.kind)) == 1 && generator.happens(0.5) ? object.kind.name : object.pair.name
        let text = generator.pick([
            "Is the \(name) small or large?", "What size is the \(name)?", "How big is the \(name)?",
        ])
        return Question(.size, "size", text, size.rawValue)
    }

    /// Do two objects share a colour, a kind, a size?
    func equality(using generator: inout SeededGenerator) -> Question? {
        let order = generator.shuffled(objects)
        let couples = order.flatMap { first in order.map { (first, $0) } }.filter { first, second in
            first != second && subjects.contains { $0 == first || $0 == second }
        }
        switch generator.integer(below: 3) {
        case 0:
            guard cast.aim == .sameColor || cast.aim == .allDrawnFreely else { return nil }
            let isSame = cast.aim == .sameColor
            let couple = couples.first { first, second in
                (first.color == second.color) == isSame && number(.kind(first.kind)) == 1
                    && number(.kind(second.kind)) == 1
            }
            return couple.map { first, second in
                Question(
                    .equal, "color", "Are the \(first.kind.name) and the \(second.kind.name) the same color?", isSame)
            }
        case 1:
            guard cast.aim == .sameKind || cast.aim == .allDrawnFreely else { return nil }
            let isSame = cast.aim == .sameKind
            let couple = couples.first { first, second in
                (first.kind == second.kind) == isSame && number(.color(first.color)) == 1
                    && number(.color(second.color)) == 1
            }
            return couple.map { first, second in
                let names = "the \(first.color.rawValue) object and the \(second.color.rawValue) object"
                return Question(.equal, "shape", "Do \(names) have the same shape?", isSame)
            }
        default:
            let couple = couples.first { first, second in
                first.size != nil && number(.pair(first.pair)) == 1 && number(.pair(second.pair)) == 1
            }
            return couple.map { first, second in
                Question(
                    .equal, "size", "Are the \(first.pair.name) and the \(second.pair.name) the same size?",
                    first.size == second.size)
            }
        }
    }

    /// What is written?
    func reading(using generator: inout SeededGenerator) -> Question? {
        guard let inscription else { return nil }
        let what = inscription.isDigit ? "digit" : "word"
        let text = generator.pick([
            "What \(what) is written?", "Which \(what) do you see?", "What is the \(what) in the picture?",
        ])
        return Question(.read, what, text, inscription.answer)
    }

    /// The only object that passes, if it may be asked about.
    private func alone(where passes: (SceneObject) -> Bool) -> SceneObject? {
        let passing = objects.filter(passes)
        return passing.count == 1 && subjects.contains(passing[0]) ? passing[0] : nil
    }
}
