/// How often a guesser is right who reads the questions and sees no picture.
///
/// Two guessers: one gives each template its most frequent answer; the other gives each question text its most frequent
/// answer. Both learn on every second scene and are scored on the others, then the other way round, so that rare texts
/// do not count as known; for a text never met the second guesser falls back on the template's answer.
package struct BlindBaseline: Sendable {
    /// The figures of some questions.
    package struct Score: Sendable, Equatable {
        package var questions = 0
        /// The sum over questions of 1 / (number of different answers of the template).
        package var chance = 0.0
        package var rightByTemplate = 0
        package var rightByText = 0

        /// The expected share right when each answer of a template is as likely as the others.
        package var chanceShare: Double { questions == 0 ? 0 : chance / Double(questions) }
        /// The share right of the best constant answer by template.
        package var templateShare: Double { questions == 0 ? 0 : Double(rightByTemplate) / Double(questions) }
        /// The share right of the best constant answer by question text.
        package var textShare: Double { questions == 0 ? 0 : Double(rightByText) / Double(questions) }
    }

    /// By kind of question, in the order of `Question.Kind`; kinds never asked are left out.
    package let kinds: [(kind: Question.Kind, score: Score)]
    /// Over all questions.
    package let all: Score

    /// Scores the guessers on questions given scene by scene.
    package init(scenes: [[Question]]) {
        var learned = [Counts(), Counts()]
        var answers: [String: Set<String>] = [:]
        for (number, questions) in scenes.enumerated() {
            for question in questions {
                learned[number % 2].note(question)
                answers[question.template, default: []].insert(question.answer)
            }
        }
        let guesses = learned.map { $0.best() }
        var byKind: [Question.Kind: Score] = [:]
        for (number, questions) in scenes.enumerated() {
            let known = guesses[1 - number % 2]
            for question in questions {
                let template = known[question.template]
                byKind[question.kind, default: Score()].questions += 1
                byKind[question.kind, default: Score()].chance += 1 / Double(answers[question.template]?.count ?? 1)
                if template == question.answer { byKind[question.kind, default: Score()].rightByTemplate += 1 }
                if (known[question.text] ?? template) == question.answer {
                    byKind[question.kind, default: Score()].rightByText += 1
                }
            }
        }
        kinds = Question.Kind.allCases.compactMap { kind in byKind[kind].map { (kind, $0) } }
        all = byKind.values.reduce(into: Score()) { sum, score in
            sum.questions += score.questions
            sum.rightByTemplate += score.rightByTemplate
            sum.rightByText += score.rightByText
        }.with(chance: Question.Kind.allCases.reduce(0) { $0 + (byKind[$1]?.chance ?? 0) })
    }

    private struct Counts {
        /// By template and by text (no text looks like a template).
        var answers: [String: [String: Int]] = [:]

        mutating func note(_ question: Question) {
            for key in [question.template, question.text] {
                answers[key, default: [:]][question.answer, default: 0] += 1
            }
        }

        /// The most frequent answer of each; the first in the alphabet among equals.
        func best() -> [String: String] {
            answers.mapValues { counts in
                counts.max { left, right in (left.value, right.key) < (right.value, left.key) }?.key ?? ""
            }
        }
    }
}

extension BlindBaseline.Score {
    /// These figures with that sum of chances (sums of floating-point numbers need a fixed order).
    fileprivate func with(chance: Double) -> Self {
        var result = self
        result.chance = chance
        return result
    }
}
