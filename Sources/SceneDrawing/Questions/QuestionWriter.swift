import TensorEngine

/// Writes the questions of one scene.
///
/// What is asked never depends on the answer but by lot: a yes-or-no question draws its answer first and then something
/// that makes it so; other answers (colours, kinds, sizes, numbers, what is written) were drawn evenly when the scene was
/// cast. Where one of the answers could not be had, the question is not asked.
struct QuestionWriter: Sendable {
    /// How many kinds of question a scene tries at most. What is tried is drawn by lot before anything is asked: were
    /// it a limit on questions found, kinds would crowd each other out by what the scene holds, and so by answers.
    static let most = 7

    let objects: [SceneObject]
    let inscription: Inscription?
    let cast: SceneCast

    /// Up to seven questions of different texts.
    func questions(using generator: inout SeededGenerator) -> [Question] {
        var questions: [Question] = []
        // Two existence questions of a scene differ in words, so that none is dropped for being asked twice: that would
        // happen to those with the answer yes more often.
        var phrase = generator.integer(below: 4)
        for kind in agenda(using: &generator).prefix(Self.most) {
            if kind == .exist { phrase = (phrase + 1) % 4 }
            if let question = question(kind, phrase: phrase, using: &generator),
                !questions.contains(where: { $0.text == question.text })
            {
                questions.append(question)
            }
        }
        return questions
    }

    /// What to ask, in which order; a kind may stand twice.
    private func agenda(using generator: inout SeededGenerator) -> [Question.Kind] {
        switch cast.theme {
        case .single: return generator.shuffled([.exist, .exist, .color, .shape, .size])
        case .few:
            return generator.shuffled([.exist, .color, .shape, .size, .relation, .relation, .and, .or, .equal])
        case .count: return [.count, .exist, .exist]
        case .compare: return [.compare, .exist, .exist]
        case .writing:
            return [.read] + generator.shuffled([.color, .color, .exist, .shape, .size, .relation, .and, .or])
        }
    }

    private func question(
        _ kind: Question.Kind, phrase: Int, using generator: inout SeededGenerator
    ) -> Question? {
        switch kind {
        case .exist: existence(phrase: phrase, using: &generator)
        case .count: count(using: &generator)
        case .compare: comparison(using: &generator)
        case .color: color(using: &generator)
        case .shape: shape(using: &generator)
        case .size: size(using: &generator)
        case .relation: relation(using: &generator)
        case .and, .or: junction(kind, using: &generator)
        case .equal: equality(using: &generator)
        case .read: reading(using: &generator)
        }
    }

    /// The objects a question may be about.
    var subjects: [SceneObject] {
        if let focus = cast.focus { return [objects[focus]] }
        return cast.isComposition ? [] : objects
    }

    /// Whether a pair is one that this scene may ask about: held-out ones in compositions, ordinary ones else.
    var askable: [Pair] { cast.isComposition ? Pair.heldOut : Pair.ordinary }

    func isPresent(_ group: Group) -> Bool { objects.contains { group.contains($0.pair) } }

    /// How many objects belong to a group.
    func number(_ group: Group) -> Int { objects.count { group.contains($0.pair) } }
}
