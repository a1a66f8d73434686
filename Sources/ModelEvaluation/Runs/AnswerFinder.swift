import Foundation

/// Finds answers: writes them, or ranks the choices there are.
struct AnswerFinder<Model: EvaluatedModel> {
    let model: Model
    let settings: TaskProtocol

    /// An answer with what is known about it.
    struct Found: Sendable {
        /// What is scored: cut at stop strings, without blanks at the ends.
        var output: String
        /// What the model wrote, where that is something else.
        var raw: String?
        var answer: ModelAnswer
        var choice: Int?
        var choiceScores: [Double] = []
        var confidence: Double
    }

    typealias Context = Result<PromptContext<Model.Sight>, PictureFailure>

    /// The answer to each; a context that is none gives its failure back.
    func answers(_ asked: [(Asked, Context)]) -> [RunState<Model>.Answer] {
        switch settings.answering {
        case .rank(let normalisation):
            return asked.map { asked, context in
                guard !asked.example.choices.isEmpty else { return written([context])[0] }
                return context.flatMap { ranked(asked.example.choices, after: $0, normalisation) }
            }
        case .generate: return written(asked.map(\.1))
        }
    }

    private func written(_ contexts: [Context]) -> [RunState<Model>.Answer] {
        let readable = contexts.compactMap { try? $0.get() }
        var answers = model.answers(after: readable, options: settings.decoding, seed: settings.seed).makeIterator()
        return contexts.map { context in
            context.flatMap { _ in
                guard let answer = answers.next() else {
                    return .failure(PictureFailure(code: "internal", message: "the model gave no answer"))
                }
                return answer.map(found).mapError { PictureFailure(code: $0.code, message: $0.description) }
            }
        }
    }

    private func found(_ answer: ModelAnswer) -> Found {
        let output = PythonText.stripped(Self.cut(answer.text, at: settings.stops))
        let count = settings.confidence == .mean ? Double(max(1, answer.tokenIDs.count)) : 1
        let stated = settings.confidence == .calibrated ? answer.confidence : nil
        return Found(
            output: output, raw: output.isIdentical(to: answer.text) ? nil : answer.text, answer: answer,
            confidence: stated ?? (answer.tokenIDs.isEmpty ? 0 : min(1, exp(answer.logProbability / count))))
    }

    /// The text before the first of the stop strings.
    static func cut(_ text: String, at stops: [String]) -> String {
        let ends = stops.filter { !$0.isEmpty }.compactMap { text.firstRange(of: $0)?.lowerBound }
        return ends.min().map { String(text[..<$0]) } ?? text
    }

    private func ranked(
        _ choices: [String], after context: PromptContext<Model.Sight>, _ normalisation: ChoiceRanking.Normalisation
    ) -> RunState<Model>.Answer {
        do throws(ModelUseError) {
            let scored = try model.scores(of: choices, after: context)
            let neutral =
                normalisation == .mutualInformation
                ? try model.scores(of: choices, after: PromptContext([], prompt: nil)) : nil
            let ranking = ChoiceRanking(
                scored.indices.map { index in
                    ChoiceRanking.Choice(
                        text: scored[index].text, tokenLogProbabilities: scored[index].tokenLogProbabilities,
                        unconditional: neutral?[index].logProbability)
                })
            let scores = ranking.scores(normalisation) ?? []
            guard let best = ranking.best(normalisation) else { throw .nothingToRead }
            return .success(
                Found(
                    output: choices[best], raw: nil, answer: scored[best], choice: best, choiceScores: scores,
                    confidence: Self.share(of: best, in: scores)))
        } catch { return .failure(PictureFailure(code: error.code, message: error.description)) }
    }

    /// softmax(scores)[best]
    private static func share(of best: Int, in scores: [Double]) -> Double {
        let total = scores.reduce(0) { $0 + exp($1 - scores[best]) }
        return total.isFinite && total > 0 ? 1 / total : 1
    }
}
